/* Memory that processes share: mmap, shm_open, shmget, and semaphores with names. It lies
   where no process has memory of its own, and is empty when an execution begins. */
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "rt.h"

static char *share(size_t size)
{
	size_t at = rt->shared_used;
	size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	if (size > SHARED_SIZE - at)
		return NULL;
	rt->shared_used += size;
	return SHARED + at;
}

static struct named *find(const char *kind, const char *name)
{
	char full[MAX_NAME];
	snprintf(full, sizeof full, "%s %s", kind, name);
	for (int i = 0; i < rt->names; i++)
		if (rt->named[i].linked && strcmp(rt->named[i].name, full) == 0)
			return &rt->named[i];
	return NULL;
}

static struct named *add(const char *kind, const char *name)
{
	if (rt->names == NAMES)
		ipc_finish(TOO_MANY);
	struct named *n = &rt->named[rt->names++];
	memset(n, 0, sizeof *n);
	snprintf(n->name, sizeof n->name, "%s %s", kind, name);
	n->linked = true;
	return n;
}

/* The names are looked at, or changed: an operation if others may come before or after. loop: the entry of
   the call, where a loop may wait by it; NULL: none. */
static void names(int kind, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	if (ipc_alone())
		return;
	struct object *o = ipc_memory((uint64_t)&rt->names, sizeof rt->names);
	job->object[o->id].of = 1;
	struct op op = ipc_op(kind, o->id);
	if (kind == OP_LOAD && loop)
		ipc_comes_round(loop, &op);
	struct event *e = ipc_perform(op, pc, frame);
	ipc_current()->op.spin = 0;
	if (kind == OP_LOAD)
		e->same = 1;
	if (kind == OP_LOAD && loop)
		ipc_looked(loop, o);
	else
		ipc_wrote();
}

void ipc_report_names(void)
{
	job->names = rt->names;
	for (int i = 0; i < rt->names; i++) {
		struct named *n = &rt->named[i];
		job->name[i] = (struct name_report){.address = (uint64_t)SHARED + n->at, .size = n->size};
		memcpy(job->name[i].name, n->name, sizeof n->name);
		ipc_report_queue(n, &job->name[i]);
	}
}

int ipc_unlink_name(const char *kind, const char *name, uint64_t pc, const uint64_t *frame)
{
	names(OP_STORE, pc, frame, NULL);
	struct named *n = find(kind, name);
	if (!n) {
		errno = ENOENT;
		return -1;
	}
	n->linked = false;
	return 0;
}

/* Finds a name, or makes it, as the flags of open say; NULL sets errno. */
struct named *ipc_look_up(const char *kind, const char *name, int flags, bool *made, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	names(flags & O_CREAT ? OP_STORE : OP_LOAD, pc, frame, loop);
	struct named *n = find(kind, name);
	*made = !n;
	if (n && flags & O_CREAT && flags & O_EXCL) {
		errno = EEXIST;
		return NULL;
	}
	if (!n && !(flags & O_CREAT)) {
		errno = ENOENT;
		return NULL;
	}
	return n ? n : add(kind, name);
}

/* The same, of what has been looked up by a key. */
void ipc_remove(int id, uint64_t pc, const uint64_t *frame)
{
	names(OP_STORE, pc, frame, NULL);
	rt->named[id].linked = false;
}

int ipc_shm_open(const char *name, int flags, mode_t mode, uint64_t d, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up("shared memory", name, flags, &made, frame[7], (const uint64_t *)frame[6], frame);
	return n ? ipc_new_descriptor(SHARED_MEMORY, n - rt->named, -1, 0) : -1;
}

int shm_unlink(const char *name) { return ipc_unlink_name("shared memory", name, PC, FRAME); }

int ftruncate(int fd, off_t size)
{
	int i = ipc_shared_of(fd);
	if (i < 0) {
		errno = EINVAL;
		return -1;
	}
	names(OP_STORE, PC, FRAME, NULL);
	if (rt->named[i].size >= (size_t)size)
		return 0;
	char *p = share(size);
	if (!p) {
		errno = ENOMEM;
		return -1;
	}
	rt->named[i].at = p - SHARED;
	rt->named[i].size = size;
	return 0;
}

int ipc_fstat(int fd, struct stat *s, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	int i = ipc_shared_of(fd);
	if (i < 0)
		ipc_unsupported("fstat is controlled for shared memory only", frame[7]);
	names(OP_LOAD, frame[7], (const uint64_t *)frame[6], frame);
	*s = (struct stat){.st_mode = S_IFREG | 0600, .st_nlink = 1, .st_size = rt->named[i].size};
	return 0;
}

/* Memory of the process alone. */
static char *zeros(size_t size)
{
	char *p = aligned_alloc(PAGE, size);
	return p ? memset(p, 0, size) : p;
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	if (!ipc_ready || !rt->current || rt->outside_heap) {
		long p = ipc_syscall(SYS_mmap, (long)at, size, protection, flags, fd, offset);
		if (p < 0 && p > -PAGE) {
			errno = -p;
			return MAP_FAILED;
		}
		return (void *)p;
	}
	char *p;
	if (flags & MAP_ANONYMOUS)
		p = flags & MAP_SHARED ? share(size) : zeros(size);
	else {
		int i = ipc_shared_of(fd);
		if (i < 0)
			ipc_unsupported("mmap of a file is not controlled", PC);
		names(OP_LOAD, PC, FRAME, NULL);
		if (offset + size > ((rt->named[i].size + PAGE - 1) & ~(size_t)(PAGE - 1)))
			ipc_crash_at(PC, "mmap of more shared memory than ftruncate has made: an access would be a bus error");
		p = SHARED + rt->named[i].at + offset;
		if (!(flags & MAP_SHARED)) { /* a copy: whether it changes with the original is not specified */
			char *copy = zeros(size);
			p = copy ? memcpy(copy, p, size) : copy;
		}
	}
	if (!p) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return p;
}

int munmap(void *p, size_t size)
{
	if ((char *)p >= HEAP && (char *)p < HEAP_SHADOW) {
		free(p);
		return 0;
	}
	if ((char *)p >= SHARED && (char *)p < SHARED + SHARED_SIZE)
		return 0;
	return ipc_syscall(SYS_munmap, (long)p, size, 0, 0, 0, 0);
}

int msync(void *p, size_t size, int flags) { return 0; }

/* System V. */

struct named *ipc_look_up_key(const char *kind, key_t key, int flags, bool *made, const uint64_t *loop)
{
	char name[MAX_NAME];
	if (key == IPC_PRIVATE)
		snprintf(name, sizeof name, "private number %d", rt->names + 1);
	else
		snprintf(name, sizeof name, "key %d", key);
	return ipc_look_up(kind, name, key == IPC_PRIVATE ? O_CREAT : (flags & IPC_CREAT ? O_CREAT : 0) | (flags & IPC_EXCL ? O_EXCL : 0), made, loop[7], (const uint64_t *)loop[6], loop);
}

/* Gives a name memory, which all processes share; NULL: there is no more. */
char *ipc_share(struct named *n, size_t size)
{
	char *p = share(size);
	if (!p) {
		errno = ENOMEM;
		return NULL;
	}
	n->at = p - SHARED;
	n->size = size;
	return p;
}

char *ipc_shared_at(int index) { return SHARED + rt->named[index].at; }

int ipc_shmget(key_t key, size_t size, int flags, uint64_t d, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up_key("shared memory of shmget,", key, flags, &made, frame);
	if (!n || (made && !ipc_share(n, size)))
		return -1;
	return n - rt->named;
}

void *shmat(int id, const void *at, int flags)
{
	if (id < 0 || id >= rt->names) {
		errno = EINVAL;
		return (void *)-1;
	}
	return SHARED + rt->named[id].at;
}

int shmdt(const void *p) { return 0; }

int shmctl(int id, int command, struct shmid_ds *s)
{
	if (id < 0 || id >= rt->names) {
		errno = EINVAL;
		return -1;
	}
	if (command != IPC_RMID)
		ipc_unsupported("shmctl is controlled with IPC_RMID only", PC);
	ipc_remove(id, PC, FRAME);
	return 0;
}

/* Semaphores with names. */

sem_t *ipc_sem_open(const char *name, int flags, mode_t mode, unsigned value, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up("semaphore", name, flags, &made, frame[7], (const uint64_t *)frame[6], frame);
	if (!n)
		return SEM_FAILED;
	if (made) {
		char *p = share(sizeof(sem_t));
		if (!p) {
			errno = ENOMEM;
			return SEM_FAILED;
		}
		n->at = p - SHARED;
		n->size = sizeof(sem_t);
		sem_init((sem_t *)p, 1, value);
	}
	return (sem_t *)(SHARED + n->at);
}

int sem_close(sem_t *s) { return 0; }
int sem_unlink(const char *name) { return ipc_unlink_name("semaphore", name, PC, FRAME); }
