/* Mutexes. */
#include <threads.h>

#include "rt.h"

enum { ROBUST = 16, SHARED_BY_PROCESSES = 128 }; /* as the C library has it */

static struct object *mutex_of(pthread_mutex_t *m, uint64_t pc)
{
	ipc_usable(m, "a mutex", pc);
	struct object *o = ipc_object(m, MUTEX);
	ipc_used_by_processes(o, m->__data.__kind & SHARED_BY_PROCESSES, "a mutex", pc);
	return o->destroyed ? ipc_anew(o, m, sizeof *m, "a mutex", pc) : o;
}

static int kind_of(const pthread_mutex_t *m) { return m->__data.__kind & 3; }

static int init(pthread_mutex_t *m, const pthread_mutexattr_t *attributes, uint64_t pc, const uint64_t *frame)
{
	if (ipc_ready && rt->current && ipc_known(m, MUTEX)) {
		struct object *o = ipc_object(m, MUTEX);
		bool used = !o->destroyed && !ipc_alone(); /* by others who have announced what they do to it */
		if (!o->destroyed)
			ipc_end_lock(o, "mutex", "initialised", pc, frame);
		if (!used)
			ipc_forget(m, MUTEX);
	}
	int kind = PTHREAD_MUTEX_DEFAULT;
	if (attributes)
		pthread_mutexattr_gettype(attributes, &kind);
	int robust = PTHREAD_MUTEX_STALLED;
	if (attributes)
		pthread_mutexattr_getrobust(attributes, &robust);
	int shared = PTHREAD_PROCESS_PRIVATE;
	if (attributes)
		pthread_mutexattr_getpshared(attributes, &shared);
	memset(m, 0, sizeof *m);
	m->__data.__kind = kind | (shared ? SHARED_BY_PROCESSES : 0) | (robust == PTHREAD_MUTEX_ROBUST ? ROBUST : 0);
	ipc_begins_or_ends(m, pc);
	return 0;
}

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attributes) { return init(m, attributes, PC, FRAME); }

int pthread_mutex_destroy(pthread_mutex_t *m)
{
	if (!ipc_current())
		return 0;
	struct object *o = mutex_of(m, PC);
	ipc_end_lock(o, "mutex", "destroyed", PC, FRAME);
	ipc_spoil(o, m, sizeof *m);
	return 0;
}

/* What locking has come to, of a mutex that may be robust. */
static int received(pthread_mutex_t *m, struct object *o, int result, uint64_t pc, const uint64_t *frame)
{
	if (result || !(m->__data.__kind & ROBUST))
		return result;
	o->robust = rt->robust = true;
	if (o->lost) {
		ipc_perform(ipc_op(OP_UNLOCK, o->id), pc, frame);
		o->owner = 0;
		ipc_release(ipc_current(), &o->clock);
		return ENOTRECOVERABLE;
	}
	return o->inconsistent ? EOWNERDEAD : 0;
}

/* The robust mutexes of what ends, the thread or its process, are there for others. */
void ipc_give_up(int process, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	for (int i = 0; rt->robust && i < rt->objects; i++) {
		struct object *o = &rt->object[i];
		if (!o->robust || !o->owner || (o->owner != t->id + 1 && rt->thread[o->owner - 1].process != process))
			continue;
		ipc_perform(ipc_op(OP_UNLOCK, o->id), pc, frame);
		ipc_wrote();
		o->owner = 0;
		o->inconsistent = true;
		ipc_release(t, &o->clock);
	}
}

int ipc_mutex_lock(pthread_mutex_t *m, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (!ipc_current())
		return 0;
	struct object *o = mutex_of(m, frame[7]);
	return received(m, o, ipc_lock(o, kind_of(m), frame), frame[7], (const uint64_t *)frame[6]);
}

int ipc_mutex_trylock(pthread_mutex_t *m, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (!ipc_current())
		return 0;
	struct object *o = mutex_of(m, frame[7]);
	return received(m, o, ipc_try_lock(o, kind_of(m), frame), frame[7], (const uint64_t *)frame[6]);
}

int ipc_mtx_trylock(pthread_mutex_t *m, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_try_lock(mutex_of(m, frame[7]), kind_of(m), frame) ? thrd_busy : thrd_success;
}

int ipc_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = mutex_of(m, frame[7]);
	return received(m, o, ipc_timed_lock(o, kind_of(m), until, frame), frame[7], (const uint64_t *)frame[6]);
}

int ipc_mutex_clocklock(pthread_mutex_t *m, uint64_t clock, const struct timespec *until, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_mutex_timedlock(m, until, 0, 0, 0, frame);
}

int ipc_mtx_timedlock(pthread_mutex_t *m, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_timed_lock(mutex_of(m, frame[7]), kind_of(m), until, frame) ? thrd_timedout : thrd_success;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
	if (!ipc_current())
		return 0;
	return ipc_unlock(mutex_of(m, PC), kind_of(m), "mutex", PC, FRAME);
}

int pthread_mutex_consistent(pthread_mutex_t *m)
{
	struct object *o = mutex_of(m, PC);
	if (!o->inconsistent || o->owner != ipc_current()->id + 1)
		return EINVAL;
	o->inconsistent = false;
	return 0;
}

/* C11. */

int mtx_init(mtx_t *m, int type)
{
	pthread_mutex_t *p = (pthread_mutex_t *)m;
	init(p, NULL, PC, FRAME);
	p->__data.__kind = type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
	return thrd_success;
}

void mtx_destroy(mtx_t *m)
{
	struct object *o = mutex_of((pthread_mutex_t *)m, PC);
	ipc_end_lock(o, "mutex", "destroyed", PC, FRAME);
	ipc_spoil(o, m, sizeof *m);
}

int mtx_unlock(mtx_t *m) { return pthread_mutex_unlock((pthread_mutex_t *)m); }
