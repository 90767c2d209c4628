/* Memory that is put back: the variables of the program and of the libraries that it
   uses. Pages are protected until somebody writes to them; from then on a page is
   among those that are put back after every execution. So a page costs one fault in
   all.

   A process is an image of all that: the pages that anybody has written, the heap, and
   the stacks and thread-local variables of its threads. When a thread of another process goes on, the memory
   of that takes the place of the other's. What they share lies apart. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "rt.h"

/* A string of hexadecimal digits. */
static uint64_t hex(char **p)
{
	uint64_t v = 0;
	for (;; (*p)++) {
		int c = **p, d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (d < 0)
			return v;
		v = v << 4 | d;
	}
}

static void *map_pages(size_t size)
{
	long p = ipc_syscall(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p < 0 && p > -PAGE)
		ipc_die("there is no room for copies of the program's memory");
	return (void *)p;
}

static void keep(char *from, char *to, size_t *used)
{
	if (rt->regions == REGIONS)
		ipc_die("the program's memory has too many parts");
	struct region *r = &rt->region[rt->regions++];
	r->at = from;
	r->size = to - from;
	r->copy = rt->copies + *used;
	memcpy(r->copy, r->at, r->size);
	*used += (r->size + PAGE - 1) & ~(size_t)(PAGE - 1);
}

static void protect(void)
{
	for (int i = 0; i < rt->regions; i++)
		if (!rt->region[i].whole)
			ipc_syscall(SYS_mprotect, (long)rt->region[i].at, rt->region[i].size, PROT_READ, 0, 0, 0);
}

/* Keeps what is there before the program begins, and protects it. */
void ipc_snapshot(void)
{
	enum { COPIES = 256 << 20 };
	size_t have = 0, used = 0;
	char *maps = map_pages(1 << 20);
	rt->copies = map_pages(COPIES);
	int fd = ipc_syscall(SYS_openat, AT_FDCWD, (long)"/proc/self/maps", O_RDONLY, 0, 0, 0);
	for (long n; (n = ipc_syscall(SYS_read, fd, (long)maps + have, (1 << 20) - 1 - have, 0, 0, 0)) > 0;)
		have += n;
	ipc_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
	for (char *line = maps; *line;) {
		char *p = line, *end = strchr(line, '\n');
		char *from = (char *)hex(&p);
		p++;
		char *to = (char *)hex(&p);
		*end = 0;
		bool writable = strncmp(p, " rw-p", 5) == 0, special = strstr(p, "[stack]") || strstr(p, "[v");
		bool ours = (from >= RUNTIME && from < RESERVED_END) || from == rt->copies || from == maps;
		line = end + 1;
		if (!writable || special || ours)
			continue;
		if (used + (to - from) > COPIES)
			ipc_die("the program has more variables than there is room for: 256 MB");
		char *tcb = (char *)rt->main_tcb;
		if (tcb >= from && tcb < to) { /* the kernel writes to the control block: only what is before it */
			char *page = (char *)((uintptr_t)(tcb - rt->tls_size) & ~(uintptr_t)(PAGE - 1));
			keep(page > from ? page : from, tcb, &used);
			rt->region[rt->regions - 1].whole = true;
			if (page <= from)
				continue;
			to = page;
		}
		keep(from, to, &used);
	}
	protect();
}

/* Somebody writes to an address: reports whether it lies in a page that was protected. */
bool ipc_touch(char *address)
{
	for (int i = 0; i < rt->regions; i++) {
		struct region *r = &rt->region[i];
		if (r->whole || address < r->at || address >= r->at + r->size)
			continue;
		int page = (address - r->at) / PAGE;
		for (int k = 0; k < rt->stickies; k++)
			if (rt->sticky[k].region == i && rt->sticky[k].page == page)
				return false; /* it is writable: something else is wrong */
		if (rt->stickies == STICKY)
			ipc_die("the program writes to more pages of variables than can be put back");
		rt->sticky[rt->stickies].region = i;
		rt->sticky[rt->stickies++].page = page;
		ipc_syscall(SYS_mprotect, (long)(r->at + (size_t)page * PAGE), PAGE, PROT_READ | PROT_WRITE, 0, 0, 0);
		return true;
	}
	return false;
}

static char *sticky_page(int i, char **copy)
{
	struct region *r = &rt->region[rt->sticky[i].region];
	size_t at = (size_t)rt->sticky[i].page * PAGE;
	*copy = r->copy + at;
	return r->at + at;
}

/* What is only written while the first execution sets something up, such as the loader's when a thread is
   new, need not be put back after each: every page is protected once more. */
static void protect_again(void)
{
	protect();
	rt->stickies = 0;
}

/* Puts everything back. */
void ipc_restore(void)
{
	char *copy;
	for (int i = 0; i < rt->regions; i++)
		if (rt->region[i].whole)
			memcpy(rt->region[i].at, rt->region[i].copy, rt->region[i].size);
	for (int i = 0; i < rt->stickies; i++) {
		char *page = sticky_page(i, &copy);
		memcpy(page, copy, PAGE);
	}
	ipc_heap_reset();
	ipc_share_nothing();
	rt->in_memory = 0;
	if (rt->run == 2)
		protect_again();
}

/* What is kept of a process whose memory is not the one in place. */
struct image { size_t capacity, size; int32_t pages; size_t heap[MAX_THREADS]; char bytes[]; };

static void put(struct image *m, const void *from, size_t n)
{
	memcpy(m->bytes + m->size, from, n);
	m->size += n;
}

static size_t stack_size(const struct thread *t) { return t->top - (char *)t->sp; }

/* A thread whose stack and variables are part of the image of a process. */
static bool belongs(const struct thread *t, int process) { return t->process == process && (t->state == PENDING || t->state == EAGER || t->state == RUNNING); }

static void save(int process)
{
	size_t need = (size_t)rt->stickies * PAGE + PAGE;
	for (int i = 0; i < rt->regions; i++)
		if (rt->region[i].whole)
			need += rt->region[i].size;
	for (int i = 0; i < MAX_THREADS; i++)
		need += ipc_heap_used(i) + ipc_heap_used(i) / 8 + 8;
	for (int i = 0; i < rt->threads; i++)
		if (belongs(&rt->thread[i], process))
			need += stack_size(&rt->thread[i]) + rt->tls_size;
	struct process *p = &rt->process[process];
	if (!p->image || p->image->capacity < need) {
		p->image = map_pages(sizeof *p->image + 2 * need); /* the old one is not given back: it grows seldom */
		p->image->capacity = 2 * need;
	}
	struct image *m = p->image;
	char *copy;
	m->size = 0;
	m->pages = rt->stickies;
	for (int i = 0; i < rt->regions; i++)
		if (rt->region[i].whole)
			put(m, rt->region[i].at, rt->region[i].size);
	for (int i = 0; i < rt->stickies; i++)
		put(m, sticky_page(i, &copy), PAGE);
	for (int i = 0; i < MAX_THREADS; i++) {
		m->heap[i] = ipc_heap_used(i);
		put(m, HEAP + i * HEAP_PART, m->heap[i]);
		put(m, HEAP_SHADOW + i * HEAP_PART / 8, m->heap[i] / 8);
	}
	for (int i = 0; i < rt->threads; i++) {
		struct thread *t = &rt->thread[i];
		if (belongs(t, process)) {
			put(m, t->sp, stack_size(t));
			put(m, (char *)t->tcb - rt->tls_size, rt->tls_size);
		}
	}
}

static const char *take(void *to, const char *from, size_t n)
{
	memcpy(to, from, n);
	return from + n;
}

static void load(int process)
{
	struct image *m = rt->process[process].image;
	const char *at = m->bytes;
	char *copy;
	for (int i = 0; i < rt->regions; i++)
		if (rt->region[i].whole)
			at = take(rt->region[i].at, at, rt->region[i].size);
	for (int i = 0; i < rt->stickies; i++) {
		char *page = sticky_page(i, &copy);
		if (i < m->pages)
			at = take(page, at, PAGE);
		else
			memcpy(page, copy, PAGE); /* nobody had written to it then */
	}
	for (int i = 0; i < MAX_THREADS; i++) {
		size_t used = ipc_heap_used(i);
		char *begin = HEAP + i * HEAP_PART, *shadow = HEAP_SHADOW + i * HEAP_PART / 8;
		if (used > m->heap[i]) {
			memset(begin + m->heap[i], 0, used - m->heap[i]);
			memset(shadow + m->heap[i] / 8, 0, (used - m->heap[i]) / 8);
		}
		at = take(begin, at, m->heap[i]);
		at = take(shadow, at, m->heap[i] / 8);
	}
	for (int i = 0; i < rt->threads; i++) {
		struct thread *t = &rt->thread[i];
		if (belongs(t, process)) {
			at = take(t->sp, at, stack_size(t));
			at = take((char *)t->tcb - rt->tls_size, at, rt->tls_size);
		}
	}
}

/* Brings in the memory of the process of the thread that goes on. It runs on a stack
   that is no process's. */
void ipc_bring_in(void)
{
	if (!rt->process[rt->in_memory].exited)
		save(rt->in_memory);
	rt->in_memory = rt->current->process;
	load(rt->in_memory);
}

/* Makes the image of a process that is the same as the one in memory, with one thread. */
void ipc_keep_image(void)
{
	save(rt->forking->process);
}
