/* What mutexes, spin locks, read-write locks and once have in common: a lock that has an owner. */
#include "rt.h"

/* A lock is destroyed, or made anew, which is an operation if others may come before or
   after: as an unlock it is in order with all that is done to locks. */
void ipc_end_lock(struct object *o, const char *what, const char *how, uint64_t pc, const uint64_t *frame)
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

void ipc_not_destroyed(const struct object *o)
{
	if (o->destroyed) /* since the operation was announced */
		ipc_crash_at(ipc_last()->pc, "a %s is used after it has been destroyed", o->class == MUTEX ? "mutex" : o->class == RWLOCK ? "read-write lock" : "spin lock");
}

/* What locks: its owner comes to know what those before it have done. */
void ipc_locked(struct thread *t, struct object *o)
{
	ipc_not_destroyed(o);
	o->owner = t->id + 1;
	o->depth = 1;
	o->locked_in = job->events - 1;
	o->writes = t->writes;
	o->before = o->version - 1;
	ipc_acquire(t, &o->clock);
}

int ipc_lock(struct object *o, int kind, const uint64_t *frame)
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
	ipc_locked(t, o);
	return 0;
}

/* A lock for functions that are no entry of a loop. */
void ipc_lock_again(struct object *o)
{
	ipc_locked(ipc_current(), o);
	ipc_wrote();
}

int ipc_try_lock(struct object *o, int kind, const uint64_t *frame)
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
	ipc_locked(t, o);
	return 0;
}

/* Whether it is made before the time is over. */
bool ipc_in_time(int op, struct object *o, const uint64_t *frame)
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

int ipc_timed_lock(struct object *o, int kind, const struct timespec *until, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	bool own = o->owner == t->id + 1;
	if (own && kind == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	if (!ipc_is_a_time(until))
		return ipc_try_lock(o, kind, frame) ? EINVAL : 0;
	if ((own && kind == PTHREAD_MUTEX_RECURSIVE) || ipc_is_over(until) || ipc_early(true, frame[7], (const uint64_t *)frame[6]))
		return ipc_try_lock(o, kind, frame) ? ETIMEDOUT : 0;
	if (!ipc_in_time(OP_LOCK, o, frame))
		return ETIMEDOUT;
	ipc_locked(t, o);
	return 0;
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

int ipc_unlock(struct object *o, int kind, const char *what, uint64_t pc, const uint64_t *frame)
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
