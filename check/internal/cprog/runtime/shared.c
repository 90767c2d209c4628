/* Memory that processes share: mmap, shm_open, shmget, and semaphores with names. It lies
   where no process has memory of its own, and is empty when an execution begins: a part for
   each name, and for what each thread shares without. */
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "rt.h"

static char *anonymous(int thread) { return SHARED + (size_t)(PLACES + thread) * SHARED_PART; }

/* Memory without a name. */
static char *share(size_t size)
{
	struct thread *t = ipc_current();
	size_t at = t->shared;
	size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	if (size > SHARED_PART - at)
		return NULL;
	t->shared += size;
	return anonymous(t->id) + at;
}

/* Makes it empty, after an execution. */
void ipc_share_nothing(void)
{
	for (int i = 0; i < rt->names; i++)
		memset(ipc_shared_at(&rt->named[i]), 0, rt->named[i].most);
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].state != ABSENT)
			memset(anonymous(i), 0, rt->thread[i].shared);
}

/* Gives a name memory, which all processes share; NULL: there is no more. */
char *ipc_share(struct named *n, size_t size)
{
	if (size > SHARED_PART) {
		errno = ENOMEM;
		return NULL;
	}
	n->size = n->most = size;
	return ipc_shared_at(n);
}

int ipc_shm_open(const char *name, int flags, mode_t mode, uint64_t d, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up("shared memory", name, flags, &made, frame[7], (const uint64_t *)frame[6], frame);
	if (!n)
		return -1;
	if (flags & O_TRUNC)
		ipc_set_size(n, 0, frame[7], (const uint64_t *)frame[6]);
	ipc_numbers_change(frame[7]);
	return ipc_new_descriptor(SHARED_MEMORY, n->place, -1, 0, frame[7]);
}

int shm_unlink(const char *name) { return ipc_unlink_name("shared memory", name, PC, FRAME); }

int ftruncate(int fd, off_t size)
{
	struct named *n = ipc_shared_of(fd, PC);
	if (!n || size < 0) {
		errno = EINVAL;
		return -1;
	}
	if (size > SHARED_PART) {
		errno = ENOMEM;
		return -1;
	}
	ipc_set_size(n, size, PC, FRAME);
	n->most = n->most > n->size ? n->most : n->size;
	return 0;
}

int ipc_fstat(int fd, struct stat *s, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct named *n = ipc_shared_of(fd, frame[7]);
	if (!n)
		ipc_unsupported("fstat is controlled for shared memory only", frame[7]);
	size_t size = ipc_size_of(n, frame[7], (const uint64_t *)frame[6], frame);
	*s = (struct stat){.st_mode = S_IFREG | 0600, .st_nlink = 1, .st_size = size};
	return 0;
}

/* Memory of the process alone. */
static char *zeros(size_t size)
{
	char *p = aligned_alloc(PAGE, size);
	return p ? memset(p, 0, size) : p;
}

static bool is_shared(const void *p) { return (char *)p >= SHARED && (char *)p < SHARED + SHARED_SIZE; }

/* The process that executes maps shared memory: once more, if it has. What there is no room
   to remember is never found to be unmapped. */
static void map(void *p, size_t size)
{
	struct mapping *m = rt->process[rt->current->process].mapping, *free = NULL;
	uint64_t begin = (uint64_t)p, end = begin + size;
	for (int i = 0; i < MAPPINGS; i++) {
		if (m[i].begin == begin) {
			m[i].times++;
			if (m[i].end < end)
				m[i].end = end;
			return;
		}
		if (!m[i].begin && !free)
			free = &m[i];
	}
	if (free)
		*free = (struct mapping){begin, end, 1};
}

/* It unmaps what it has mapped there; a part of that stays. */
static void unmap(const void *p, size_t size)
{
	struct mapping *m = rt->process[rt->current->process].mapping;
	for (int i = 0; i < MAPPINGS; i++)
		if (m[i].begin == (uint64_t)p && m[i].times > 0 && m[i].end <= m[i].begin + ((size + PAGE - 1) & ~(size_t)(PAGE - 1)))
			m[i].times--;
}

/* Whether the process that executes has unmapped the memory at an address, and has it by no
   other mapping. */
bool ipc_unmapped(uint64_t address)
{
	bool gone = false;
	if (!is_shared((void *)address) || !rt->current)
		return false;
	struct mapping *m = rt->process[rt->current->process].mapping;
	for (int i = 0; i < MAPPINGS; i++)
		if (m[i].begin && m[i].begin <= address && address < m[i].end) {
			if (m[i].times > 0)
				return false;
			gone = true;
		}
	return gone;
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
		struct named *n = ipc_shared_of(fd, PC);
		if (!n)
			ipc_unsupported("mmap of a file is not controlled", PC);
		if (offset + size > ((ipc_size_of(n, PC, FRAME, NULL) + PAGE - 1) & ~(size_t)(PAGE - 1)))
			ipc_crash_at(PC, "mmap of more shared memory than ftruncate has made: an access would be a bus error");
		p = ipc_shared_at(n) + offset;
		if (!(flags & MAP_SHARED)) { /* a copy: whether it changes with the original is not specified */
			char *copy = zeros(size);
			p = copy ? memcpy(copy, p, size) : copy;
		}
	}
	if (!p) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	if (is_shared(p))
		map(p, size);
	return p;
}

int munmap(void *p, size_t size)
{
	if ((char *)p >= HEAP && (char *)p < HEAP_SHADOW) {
		free(p);
		return 0;
	}
	if (is_shared(p)) {
		if (rt->current)
			unmap(p, size);
		return 0;
	}
	return ipc_syscall(SYS_munmap, (long)p, size, 0, 0, 0, 0);
}

int msync(void *p, size_t size, int flags) { return 0; }

/* System V: whoever removes memory, it is there for those who have attached it. */

int ipc_shmget(key_t key, size_t size, int flags, uint64_t d, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up_key("shared memory of shmget,", key, flags, &made, frame);
	if (!n || (made && !ipc_share(n, size)))
		return -1;
	if (size > n->size) {
		errno = EINVAL;
		return -1;
	}
	return n->place;
}

void *shmat(int id, const void *at, int flags)
{
	struct named *n = ipc_at_place(id);
	if (!n)
		return (void *)-1;
	if (!ipc_still_named(n, PC, FRAME) && !n->attached) {
		errno = EINVAL;
		return (void *)-1;
	}
	n->attached |= 1ull << ipc_current()->process;
	map(ipc_shared_at(n), n->size);
	return ipc_shared_at(n);
}

int shmdt(const void *p)
{
	for (int i = 0; i < rt->names; i++)
		if (ipc_shared_at(&rt->named[i]) == p) {
			unmap(p, rt->named[i].size);
			rt->named[i].attached &= ~(1ull << ipc_current()->process);
		}
	return 0;
}

/* A child has attached what its parent has. */
void ipc_attach_child(int parent, int child)
{
	for (int i = 0; i < rt->names; i++)
		rt->named[i].attached |= (rt->named[i].attached >> parent & 1) << child;
}

void ipc_detach_all(int process)
{
	for (int i = 0; i < rt->names; i++)
		rt->named[i].attached &= ~(1ull << process);
}

int shmctl(int id, int command, struct shmid_ds *s)
{
	struct named *n = ipc_at_place(id);
	if (!n)
		return -1;
	if (command != IPC_RMID)
		ipc_unsupported("shmctl is controlled with IPC_RMID only", PC);
	ipc_remove(n, PC, FRAME);
	return 0;
}

/* Semaphores with names. */

sem_t *ipc_sem_open(const char *name, int flags, mode_t mode, unsigned value, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up("semaphore", name, flags, &made, frame[7], (const uint64_t *)frame[6], frame);
	if (!n)
		return SEM_FAILED;
	if (made)
		ipc_set_semaphore(ipc_share(n, sizeof(sem_t)), true, value);
	return (sem_t *)ipc_shared_at(n);
}

int sem_close(sem_t *s) { return 0; }
int sem_unlink(const char *name) { return ipc_unlink_name("semaphore", name, PC, FRAME); }
