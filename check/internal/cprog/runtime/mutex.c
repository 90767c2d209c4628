/* Mutexes, spin locks, read-write locks, once. */
#include <stdio.h>
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

static struct object *rwlock_of(pthread_rwlock_t *l, uint64_t pc)
{
	ipc_usable(l, "a read-write lock", pc);
	struct object *o = ipc_object(l, RWLOCK);
	ipc_used_by_processes(o, l->__data.__shared, "a read-write lock", pc);
	return o->destroyed ? ipc_anew(o, l, sizeof *l, "a read-write lock", pc) : o;
}

static struct object *spin_lock_of(pthread_spinlock_t *l, uint64_t pc)
{
	ipc_usable((void *)l, "a spin lock", pc);
	struct object *o = ipc_object((void *)l, SPINLOCK);
	return o->destroyed ? ipc_anew(o, (void *)l, sizeof *l, "a spin lock", pc) : o;
}

static int kind_of(const pthread_mutex_t *m) { return m->__data.__kind & 3; }

/* A lock is destroyed, or made anew, which is an operation if others may come before or
   after: as an unlock it is in order with all that is done to locks. */
static void end(struct object *o, const char *what, const char *how, uint64_t pc, const uint64_t *frame)
{
	int owner = o->owner;
	if (!ipc_alone()) {
		ipc_perform(ipc_op(OP_UNLOCK, o->id), pc, frame);
		ipc_wrote();
		owner = o->owner;
		o->owner = 0;
	}
	if (owner || o->n)
		ipc_crash_at(pc, "a %s is %s while %s has it locked", what, how, owner == ipc_current()->id + 1 ? "the thread" : "another thread");
}

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attributes)
{
	if (ipc_ready && rt->current && ipc_known(m, MUTEX)) {
		struct object *o = ipc_object(m, MUTEX);
		bool used = !o->destroyed && !ipc_alone(); /* by others who have announced what they do to it */
		if (!o->destroyed)
			end(o, "mutex", "initialised", PC, FRAME);
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
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m)
{
	if (!ipc_current())
		return 0;
	struct object *o = mutex_of(m, PC);
	end(o, "mutex", "destroyed", PC, FRAME);
	ipc_spoil(o, m, sizeof *m);
	return 0;
}

static void not_destroyed(const struct object *o)
{
	if (o->destroyed) /* since the operation was announced */
		ipc_crash_at(ipc_last()->pc, "a %s is used after it has been destroyed", o->class == MUTEX ? "mutex" : o->class == RWLOCK ? "read-write lock" : "spin lock");
}

/* What locks: its owner comes to know what those before it have done. */
static void locked(struct thread *t, struct object *o)
{
	not_destroyed(o);
	o->owner = t->id + 1;
	o->depth = 1;
	o->locked_in = job->events - 1;
	o->writes = t->writes;
	o->before = o->version - 1;
	ipc_acquire(t, &o->clock);
}

static int lock(struct object *o, int kind, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (o->owner == t->id + 1 && kind == PTHREAD_MUTEX_RECURSIVE) {
		o->depth++;
		return 0;
	}
	if (o->owner == t->id + 1 && kind == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	struct op op = ipc_op(OP_LOCK, o->id);
	ipc_comes_round(frame, &op);
	ipc_perform(op, frame[7], (const uint64_t *)frame[6]);
	ipc_looked(frame, o);
	t->look[t->looks - 1].holds = true;
	t->op.spin = 0;
	locked(t, o);
	return 0;
}

/* A lock for functions that are no entry of a loop. */
void ipc_lock_again(pthread_mutex_t *m, struct object *o)
{
	locked(ipc_current(), o);
	ipc_wrote();
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
	return received(m, o, lock(o, kind_of(m), frame), frame[7], (const uint64_t *)frame[6]);
}

static int try_lock(struct object *o, int kind, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (o->owner == t->id + 1 && kind == PTHREAD_MUTEX_RECURSIVE) {
		o->depth++;
		return 0;
	}
	struct op op = ipc_op(OP_TRY_LOCK, o->id);
	ipc_comes_round(frame, &op);
	struct event *ev = ipc_perform(op, frame[7], (const uint64_t *)frame[6]);
	if (o->owner || o->n) {
		ev->kind = OP_TRY_LOCK_FAILED;
		ev->same = 1;
		o->version--;
		ipc_looked(frame, o);
		t->op.spin = 0;
		return EBUSY;
	}
	ipc_looked(frame, o); /* locked and unlocked again, nothing has changed */
	t->look[t->looks - 1].holds = true;
	t->op.spin = 0;
	locked(t, o);
	return 0;
}

int ipc_mutex_trylock(pthread_mutex_t *m, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (!ipc_current())
		return 0;
	struct object *o = mutex_of(m, frame[7]);
	return received(m, o, try_lock(o, kind_of(m), frame), frame[7], (const uint64_t *)frame[6]);
}

int ipc_mtx_trylock(pthread_mutex_t *m, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return try_lock(mutex_of(m, frame[7]), kind_of(m), frame) ? thrd_busy : thrd_success;
}

/* Whether it is made before the time is over. */
static bool in_time(int op, struct object *o, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	t->timed = true;
	t->woken = t->timed_out = false;
	ipc_perform(ipc_op(op, o->id), frame[7], (const uint64_t *)frame[6]);
	ipc_wrote();
	bool timed_out = t->timed_out;
	t->timed = t->timed_out = false;
	return !timed_out;
}

static int timed_lock(struct object *o, int kind, const struct timespec *until, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	bool own = o->owner == t->id + 1;
	if (own && kind == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	if (!ipc_is_a_time(until))
		return try_lock(o, kind, frame) ? EINVAL : 0;
	if ((own && kind == PTHREAD_MUTEX_RECURSIVE) || ipc_is_over(until) || ipc_early(true, frame[7], (const uint64_t *)frame[6]))
		return try_lock(o, kind, frame) ? ETIMEDOUT : 0;
	if (!in_time(OP_LOCK, o, frame))
		return ETIMEDOUT;
	locked(t, o);
	return 0;
}

int ipc_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = mutex_of(m, frame[7]);
	return received(m, o, timed_lock(o, kind_of(m), until, frame), frame[7], (const uint64_t *)frame[6]);
}

int ipc_mutex_clocklock(pthread_mutex_t *m, uint64_t clock, const struct timespec *until, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_mutex_timedlock(m, until, 0, 0, 0, frame);
}

int ipc_mtx_timedlock(pthread_mutex_t *m, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return timed_lock(mutex_of(m, frame[7]), kind_of(m), until, frame) ? thrd_timedout : thrd_success;
}

/* The looks of a loop that locks, looks and unlocks: it has looked at what it unlocks. */
static void neutral(struct thread *t, struct object *o, uint32_t version)
{
	for (int i = 0; i < t->looks; i++)
		if (t->look[i].obj == o->id && t->look[i].holds) {
			t->look[i].version = version;
			t->look[i].holds = false;
		}
}

static int unlock(struct object *o, int kind, const char *what, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (o->owner == t->id + 1 && o->depth > 1) {
		o->depth--;
		return 0;
	}
	if (o->owner != t->id + 1) {
		if (kind == PTHREAD_MUTEX_ERRORCHECK || kind == PTHREAD_MUTEX_RECURSIVE)
			return EPERM;
		ipc_perform(ipc_op(OP_UNLOCK, o->id), pc, frame);
		int owner = o->owner;
		o->owner = 0; /* for what goes on behind the fault, as in package prim */
		if (owner == 0)
			ipc_crash("unlock of a %s that is not locked", what);
		ipc_crash("unlock of a %s that another thread has locked", what);
	}
	struct event *e = ipc_perform(ipc_op(OP_UNLOCK, o->id), pc, frame);
	o->owner = 0;
	o->lost |= o->inconsistent;
	if (t->writes == o->writes) { /* it has only looked: nothing that the lock guards has changed */
		e->same = job->event[o->locked_in].same = 1;
		o->version = o->before;
	}
	neutral(t, o, o->version);
	ipc_release(t, &o->clock);
	return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
	if (!ipc_current())
		return 0;
	return unlock(mutex_of(m, PC), kind_of(m), "mutex", PC, FRAME);
}

int pthread_mutex_consistent(pthread_mutex_t *m)
{
	struct object *o = mutex_of(m, PC);
	if (!o->inconsistent || o->owner != ipc_current()->id + 1)
		return EINVAL;
	o->inconsistent = false;
	return 0;
}

/* Spin locks. */

int pthread_spin_init(pthread_spinlock_t *l, int shared)
{
	*l = 0;
	if (ipc_current())
		ipc_forget((void *)l, SPINLOCK);
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *l)
{
	struct object *o = spin_lock_of(l, PC);
	end(o, "spin lock", "destroyed", PC, FRAME);
	ipc_spoil(o, (void *)l, sizeof *l);
	return 0;
}

int ipc_spin_lock(pthread_spinlock_t *l, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return lock(spin_lock_of(l, frame[7]), PTHREAD_MUTEX_DEFAULT, frame);
}

int ipc_spin_trylock(pthread_spinlock_t *l, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return try_lock(spin_lock_of(l, frame[7]), PTHREAD_MUTEX_DEFAULT, frame);
}

int pthread_spin_unlock(pthread_spinlock_t *l) { return unlock(spin_lock_of(l, PC), PTHREAD_MUTEX_DEFAULT, "spin lock", PC, FRAME); }

/* Read-write locks. Readers may come in while a writer waits, as in glibc by default. */

int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attributes)
{
	int shared = PTHREAD_PROCESS_PRIVATE;
	if (attributes)
		pthread_rwlockattr_getpshared(attributes, &shared);
	memset(l, 0, sizeof *l);
	l->__data.__shared = shared;
	if (ipc_current())
		ipc_forget(l, RWLOCK);
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *l)
{
	struct object *o = rwlock_of(l, PC);
	end(o, "read-write lock", "destroyed", PC, FRAME);
	ipc_spoil(o, l, sizeof *l);
	return 0;
}

static void entered(struct thread *t, struct object *o)
{
	not_destroyed(o);
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
	ipc_perform(ipc_op(OP_LOCK, o->id), PC, FRAME);
	locked(t, o);
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
	int result = try_lock(o, PTHREAD_MUTEX_DEFAULT, frame);
	if (!result)
		ipc_acquire(ipc_current(), &o->readers);
	return result;
}

int ipc_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = rwlock_of(l, frame[7]);
	if (ipc_is_over(until) || ipc_early(true, frame[7], (const uint64_t *)frame[6]))
		return ipc_rwlock_tryrdlock(l, 0, c, d, e, frame) ? ETIMEDOUT : 0;
	if (!in_time(OP_R_LOCK, o, frame))
		return ETIMEDOUT;
	entered(ipc_current(), o);
	return 0;
}

int ipc_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = rwlock_of(l, frame[7]);
	int result = timed_lock(o, PTHREAD_MUTEX_DEFAULT, until, frame);
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
		return unlock(o, PTHREAD_MUTEX_DEFAULT, "read-write lock", PC, FRAME);
	ipc_perform(ipc_op(OP_R_UNLOCK, o->id), PC, FRAME);
	if (o->n-- == 0)
		ipc_crash("unlock of a read-write lock that %s", o->owner ? "another thread has locked" : "is not locked");
	ipc_release(t, &o->readers);
	ipc_wrote();
	return 0;
}

/* Once: a lock, and whether it has been done. A function that throws has not done it. */

struct once { struct object *lock; uint64_t pc; const uint64_t *frame; };

static void left(const struct once *o)
{
	ipc_wrote();
	unlock(o->lock, PTHREAD_MUTEX_DEFAULT, "pthread_once", o->pc, o->frame);
}

int pthread_once(pthread_once_t *once, void (*function)(void))
{
	struct thread *t = ipc_current();
	if (!t) {
		if (!*once)
			function();
		*once = 2;
		return 0;
	}
	__attribute__((cleanup(left))) struct once o = {ipc_object(once, ONCE), PC, FRAME};
	ipc_perform(ipc_op(OP_LOCK, o.lock->id), PC, FRAME);
	locked(t, o.lock);
	if (!*once) {
		function();
		*once = 2;
	}
	return 0;
}

void call_once(once_flag *once, void (*function)(void)) { pthread_once((pthread_once_t *)once, function); }

/* C11. */

int mtx_init(mtx_t *m, int type)
{
	pthread_mutex_t *p = (pthread_mutex_t *)m;
	pthread_mutex_init(p, NULL);
	p->__data.__kind = type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
	return thrd_success;
}


void mtx_destroy(mtx_t *m)
{
	struct object *o = mutex_of((pthread_mutex_t *)m, PC);
	end(o, "mutex", "destroyed", PC, FRAME);
	ipc_spoil(o, m, sizeof *m);
}

int mtx_unlock(mtx_t *m) { return pthread_mutex_unlock((pthread_mutex_t *)m); }
