/* The heap. Each thread has a part of its own, and gets back only what it has freed
   itself: so the addresses that a thread gets do not depend on what others do, and the
   same object has the same address in all executions. A shadow says which bytes are
   allocated. */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "rt.h"

enum { CLASSES = 64, RED_ZONE = 16, FREED = 0xfd, OUTSIDE = 0xfa };

struct block { /* before each block */
	uint32_t size_low, size_high;
	uint16_t part, class;
	uint32_t magic;
};

struct part { /* at the beginning of each part */
	size_t used;
	void *free[CLASSES];
};

enum { MAGIC = 0x1bcc4ec };

static struct part *part_of(int i) { return (struct part *)(HEAP + i * HEAP_PART); }

static void ready(void)
{
	static bool mapped; /* set before memory is looked at for the first time */
	if (mapped)
		return;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
	if (ipc_syscall(SYS_mmap, (long)HEAP, MAX_THREADS * HEAP_PART, PROT_READ | PROT_WRITE, flags, -1, 0) != (long)HEAP ||
	    ipc_syscall(SYS_mmap, (long)HEAP_SHADOW, MAX_THREADS * HEAP_PART / 8, PROT_READ | PROT_WRITE, flags, -1, 0) != (long)HEAP_SHADOW)
		ipc_die("there is no room for the heap of the program");
	mapped = true;
}

/* The runtime may not be there yet, when the C library allocates. */
static bool running(void) { return ipc_ready && rt->current; }

static size_t class_size(int class)
{
	size_t size = 48;
	while (class--)
		size = (size + size / 2 + 15) & ~(size_t)15;
	return size;
}

static int class_of(size_t size)
{
	int class = 0;
	while (class_size(class) < size)
		class++;
	return class;
}

static size_t size_of(const struct block *b) { return (size_t)b->size_high << 32 | b->size_low; }
static char *shadow_of(const void *p) { return HEAP_SHADOW + ((char *)p - HEAP) / 8; }

/* The shadow of eight bytes: how many of them are allocated, from the first on; FREED, or
   0 where nothing has ever been. */
static void mark(char *p, size_t size, uint8_t value)
{
	char *s = shadow_of(p);
	if (value == FREED) {
		memset(s, FREED, (size + 7) / 8);
		return;
	}
	memset(s, 8, size / 8);
	if (size & 7)
		s[size / 8] = size & 7;
}

static bool in_heap(const void *p) { return (char *)p >= HEAP && (char *)p < HEAP + MAX_THREADS * HEAP_PART; }

/* Memory that is neither the program's nor its threads': what decides, and is reported. */
static bool ours(const char *p)
{
	if (p < RUNTIME || p >= RESERVED_END)
		return false;
	bool stacks = p >= STACKS && p < STACKS + (size_t)MAX_THREADS * STACK;
	return !stacks && !in_heap(p) && !(p >= SHARED && p < SHARED + SHARED_SIZE);
}

const char *ipc_reserved_fault(uint64_t address, int size)
{
	if (ours((char *)address))
		return "of memory that is not the program's";
	if (!in_heap((void *)address))
		return ipc_unmapped(address) ? "of shared memory that the process has unmapped" : NULL;
	for (uint64_t at = address, end = address + size; at < end;) {
		uint64_t next = (at | 7) + 1;
		uint8_t have = *(uint8_t *)shadow_of((void *)at);
		if (have == FREED)
			return "of the heap that have been freed";
		uint64_t last = (next < end ? next : end) - 1;
		if ((last & 7) >= have)
			return "of the heap outside of what is allocated";
		at = next;
	}
	return NULL;
}

static void *allocate(size_t size, size_t align)
{
	ready();
	if (ipc_ready && rt->outside_heap) {
		long p = ipc_syscall(SYS_mmap, 0, size + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		return p < 0 ? NULL : (void *)p;
	}
	int owner = running() ? rt->current->id : 0;
	struct part *part = part_of(owner);
	if (!part->used)
		part->used = PAGE;
	if (size > HEAP_PART / 2) {
		errno = ENOMEM;
		return NULL;
	}
	int class = class_of(size + sizeof(struct block) + RED_ZONE);
	struct block *b = NULL;
	if (align <= 16 && part->free[class]) {
		b = (struct block *)part->free[class] - 1;
		part->free[class] = *(void **)(b + 1);
	} else {
		size_t at = (part->used + sizeof *b + align - 1) & ~(align - 1), room = class_size(class);
		if (at + room > HEAP_PART) {
			errno = ENOMEM;
			return NULL;
		}
		b = (struct block *)(HEAP + owner * HEAP_PART + at) - 1;
		part->used = at - sizeof *b + room;
	}
	*b = (struct block){.size_low = size, .size_high = size >> 32, .part = owner, .class = class, .magic = MAGIC};
	mark((char *)(b + 1), size, 8);
	if (running()) {
		rt->heap_parts |= 1ull << owner;
		memset(b + 1, UNINITIALISED, size);
		ipc_fresh(b + 1, size);
	}
	return b + 1;
}

void *malloc(size_t size) { return allocate(size, 16); }

static void give_back(void *p, uint64_t pc)
{
	if (!p || !in_heap(p))
		return;
	struct block *b = (struct block *)p - 1;
	if (b->magic != MAGIC) {
		if (running())
			ipc_crash_at(pc, "free of what malloc has not returned, or that has been freed");
		return;
	}
	if (running())
		ipc_gone(p, size_of(b), pc);
	b->magic = 0;
	mark(p, size_of(b), FREED);
	struct part *part = part_of(b->part);
	if (!running() || b->part == rt->current->id) {
		*(void **)p = part->free[b->class];
		part->free[b->class] = p;
	}
}

void free(void *p) { give_back(p, PC); }

void *calloc(size_t n, size_t size)
{
	size_t all;
	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	void *p = malloc(all);
	if (p)
		memset(p, 0, all);
	return p;
}

void *realloc(void *p, size_t size)
{
	if (!p)
		return malloc(size);
	if (size == 0) {
		give_back(p, PC);
		return NULL;
	}
	void *q = malloc(size);
	if (!q)
		return NULL;
	size_t had = size_of((struct block *)p - 1);
	memcpy(q, p, had < size ? had : size);
	give_back(p, PC);
	return q;
}

void *reallocarray(void *p, size_t n, size_t size)
{
	size_t all;
	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, all);
}

void *aligned_alloc(size_t align, size_t size) { return allocate(size, align < 16 ? 16 : align); }
void *memalign(size_t align, size_t size) { return aligned_alloc(align, size); }
void *valloc(size_t size) { return aligned_alloc(PAGE, size); }

int posix_memalign(void **p, size_t align, size_t size)
{
	*p = aligned_alloc(align, size);
	return *p ? 0 : ENOMEM;
}

size_t malloc_usable_size(void *p) { return p ? size_of((struct block *)p - 1) : 0; }

/* How much of a part has been used, in bytes. One that has not is not looked at: there are
   many, and they are far apart. */
size_t ipc_heap_used(int part) { return rt->heap_parts >> part & 1 ? part_of(part)->used : 0; }

/* Keeps what has been allocated before the program begins. */
void ipc_heap_snapshot(void)
{
	ready();
	if (!part_of(0)->used)
		part_of(0)->used = PAGE;
	rt->heap_parts = 1;
	rt->heap_initial = part_of(0)->used;
	long at = ipc_syscall(SYS_mmap, 0, 2 * rt->heap_initial, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at < 0)
		ipc_die("there is no room for a copy of the heap");
	rt->heap_copy = (char *)at;
	memcpy(rt->heap_copy, HEAP, rt->heap_initial);
	memcpy(rt->heap_copy + rt->heap_initial, HEAP_SHADOW, rt->heap_initial / 8);
}

/* Makes the heap what it was then. */
void ipc_heap_reset(void)
{
	for (int i = 0; i < MAX_THREADS; i++) {
		char *begin = HEAP + i * HEAP_PART;
		size_t used = ipc_heap_used(i), initial = i ? 0 : rt->heap_initial;
		if (used > initial) {
			memset(begin + initial, 0, used - initial);
			memset(shadow_of(begin + initial), 0, (used - initial) / 8);
		}
	}
	memcpy(HEAP, rt->heap_copy, rt->heap_initial);
	memcpy(HEAP_SHADOW, rt->heap_copy + rt->heap_initial, rt->heap_initial / 8);
	rt->heap_parts = 1;
}
