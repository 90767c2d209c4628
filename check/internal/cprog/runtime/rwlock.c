/* Read-write locks. Readers may come in while a writer waits, as in glibc by default; if the lock prefers
   writers, they may not: a writer then comes first, and waits until the readers have left. */
#include "rt.h"

static struct object *rwlock_of(pthread_rwlock_t *l, uint64_t pc)
{
	ipc_usable(l, "a read-write lock", pc);
	struct object *o = ipc_object(l, RWLOCK);
	ipc_used_by_processes(o, l->__data.__shared, "a read-write lock", pc);
	return o->destroyed ? ipc_anew(o, l, sizeof *l, "a read-write lock", pc) : o;
}

static bool prefers_writers(const pthread_rwlock_t *l) { return l->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP; }

int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attributes)
{
	int shared = PTHREAD_PROCESS_PRIVATE;
	if (attributes)
		pthread_rwlockattr_getpshared(attributes, &shared);
	int kind = PTHREAD_RWLOCK_DEFAULT_NP;
	if (attributes)
		pthread_rwlockattr_getkind_np(attributes, &kind);
	memset(l, 0, sizeof *l);
	l->__data.__shared = shared;
	l->__data.__flags = kind;
	if (ipc_current())
		ipc_forget(l, RWLOCK);
	ipc_begins_or_ends(l, PC);
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *l)
{
	struct object *o = rwlock_of(l, PC);
	ipc_end_lock(o, "read-write lock", "destroyed", PC, FRAME);
	ipc_spoil(o, l, sizeof *l);
	return 0;
}

static void entered(struct thread *t, struct object *o)
{
	ipc_not_destroyed(o);
	o->n++;
	ipc_acquire(t, &o->clock);
	ipc_wrote();
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
	struct object *o = rwlock_of(l, PC);
	ipc_perform(ipc_op(OP_R_LOCK, o->id), PC, FRAME);
	entered(ipc_current(), o);
	return 0;
}

int pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
	struct thread *t = ipc_current();
	struct object *o = rwlock_of(l, PC);
	if (prefers_writers(l)) {
		ipc_perform(ipc_op(OP_W_LOCK, o->id), PC, FRAME);
		ipc_not_destroyed(o);
		o->owner = t->id + 1;
		ipc_wrote();
	}
	ipc_perform(ipc_op(prefers_writers(l) ? OP_W_LOCK_GO : OP_LOCK, o->id), PC, FRAME);
	ipc_locked(t, o);
	ipc_acquire(t, &o->readers);
	ipc_wrote();
	return 0;
}

int ipc_rwlock_tryrdlock(pthread_rwlock_t *l, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct object *o = rwlock_of(l, frame[7]);
	struct op op = ipc_op(OP_TRY_R_LOCK, o->id);
	ipc_comes_round(frame, &op);
	struct event *ev = ipc_perform(op, frame[7], (const uint64_t *)frame[6]);
	t->op.spin = 0;
	if (o->owner) {
		ev->kind = OP_TRY_R_LOCK_FAILED;
		ev->same = 1;
		o->version--;
		ipc_looked(frame, o);
		return EBUSY;
	}
	ev->kind = OP_TRY_R_LOCKED;
	entered(t, o);
	return 0;
}

int ipc_rwlock_trywrlock(pthread_rwlock_t *l, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = rwlock_of(l, frame[7]);
	int result = ipc_try_lock(o, PTHREAD_MUTEX_DEFAULT, frame);
	if (!result)
		ipc_acquire(ipc_current(), &o->readers);
	return result;
}

int ipc_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = rwlock_of(l, frame[7]);
	if (ipc_is_over(until) || ipc_early(true, frame[7], (const uint64_t *)frame[6]))
		return ipc_rwlock_tryrdlock(l, 0, c, d, e, frame) ? ETIMEDOUT : 0;
	if (!ipc_in_time(OP_R_LOCK, o, frame))
		return ETIMEDOUT;
	entered(ipc_current(), o);
	return 0;
}

int ipc_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = rwlock_of(l, frame[7]);
	if (prefers_writers(l))
		ipc_unsupported("a wait with a time limit for a read-write lock that prefers writers is not controlled: wait without", frame[7]);
	int result = ipc_timed_lock(o, PTHREAD_MUTEX_DEFAULT, until, frame);
	if (!result)
		ipc_acquire(ipc_current(), &o->readers);
	return result;
}

int ipc_rwlock_clockrdlock(pthread_rwlock_t *l, uint64_t clock, const struct timespec *until, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_rwlock_timedrdlock(l, until, 0, 0, 0, frame);
}

int ipc_rwlock_clockwrlock(pthread_rwlock_t *l, uint64_t clock, const struct timespec *until, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_rwlock_timedwrlock(l, until, 0, 0, 0, frame);
}

int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
	struct thread *t = ipc_current();
	struct object *o = rwlock_of(l, PC);
	if (o->owner == t->id + 1)
		return ipc_unlock(o, PTHREAD_MUTEX_DEFAULT, "read-write lock", PC, FRAME);
	ipc_perform(ipc_op(OP_R_UNLOCK, o->id), PC, FRAME);
	if (o->n-- == 0)
		ipc_crash("unlock of a read-write lock that %s", o->owner ? "another thread has locked" : "is not locked");
	ipc_release(t, &o->readers);
	ipc_wrote();
	return 0;
}
