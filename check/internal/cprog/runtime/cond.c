/* Condition variables. */
#include <threads.h>

#include "rt.h"

static struct object *cond_of(pthread_cond_t *c, uint64_t pc)
{
	struct object *o = ipc_object(c, COND);
	return o->destroyed ? ipc_anew(o, c, sizeof *c, "a condition variable", pc) : o;
}

/* The same, of what the program says is one. */
static struct object *usable(pthread_cond_t *c, uint64_t pc)
{
	ipc_usable(c, "a condition variable", pc);
	ipc_used_by_processes(ipc_object(c, COND), c->__data.__wrefs, "a condition variable", pc);
	return cond_of(c, pc);
}

int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attributes)
{
	int shared = PTHREAD_PROCESS_PRIVATE;
	if (attributes)
		pthread_condattr_getpshared(attributes, &shared);
	memset(c, 0, sizeof *c);
	c->__data.__wrefs = shared;
	ipc_begins_or_ends(c, PC);
	if (ipc_ready && rt->current && ipc_known(c, COND))
		ipc_forget(c, COND);
	return 0;
}

static int nobody(struct object *cond, struct event *e)
{
	e->kind = OP_SIGNAL_NOBODY;
	e->same = 1;
	cond->version--;
	return 0;
}

/* An operation if others may come before or after: as a broadcast, which finds nobody. For a
   signal that finds nobody either it is a write to what that reads. */
static void destroy(struct object *o, pthread_cond_t *c, uint64_t pc, const uint64_t *frame)
{
	struct event *e = ipc_alone() ? NULL : ipc_perform(ipc_op(OP_BROADCAST, o->id), pc, frame);
	if (e)
		ipc_wrote();
	if (o->waiters) {
		o->waiters = o->n = 0;
		ipc_crash_at(pc, "a condition variable is destroyed while a thread waits for it");
	}
	if (e)
		nobody(o, e);
	ipc_begins_or_ends(c, pc);
}

static void not_destroyed(const struct object *o)
{
	if (o->destroyed) /* since the operation was announced */
		ipc_crash_at(ipc_last()->pc, "a condition variable is used after it has been destroyed");
}

int pthread_cond_destroy(pthread_cond_t *c)
{
	destroy(usable(c, PC), c, PC, FRAME);
	ipc_spoil(ipc_object(c, COND), c, sizeof *c);
	return 0;
}

int ipc_cond_wait(pthread_cond_t *c, pthread_mutex_t *m, bool timed, enum failing failing, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct object *cond = cond_of(c, pc), *mutex = ipc_object(m, MUTEX);
	if (mutex->owner != t->id + 1)
		ipc_crash_at(pc, "pthread_cond_wait with a mutex that the thread has not locked");
	t->woken = t->timed_out = false;
	struct op op = ipc_op(OP_COND_WAIT, cond->id);
	op.obj2 = mutex->id;
	ipc_perform_unless_canceled(op, pc, frame);
	not_destroyed(cond);
	ipc_wrote();
	mutex->owner = 0;
	mutex->version++;
	ipc_release(t, &mutex->clock);
	cond->waiter[cond->waiters++] = t->id;
	cond->n = cond->waiters;
	t->timed = timed;
	job->used |= timed ? TIMED_WAITS : 0;
	op = ipc_op(OP_COND_WAKE, mutex->id);
	op.arg = cond->id;
	if (!ipc_try(op, failing, pc, frame))
		ipc_unsupported("a wait that the handler of a signal interrupts (EINTR) is not controlled here: block the signal meanwhile, or wait in sem_wait, read or poll", pc);
	bool timed_out = t->timed_out;
	t->timed = t->timed_out = false;
	if (timed_out) {
		cond->n = cond->waiters;
		ipc_perform(ipc_op(OP_LOCK, mutex->id), pc, frame);
	}
	ipc_lock_again(mutex);
	t->woken = false;
	ipc_woken_by_cancel(pc, frame);
	return timed_out ? ETIMEDOUT : 0;
}

static int timed_out_at(const struct timespec *until, int result)
{
	if (result == ETIMEDOUT)
		ipc_time_is(until);
	return result;
}

/* A wait that may end without a signal, once in the life of a thread, or before anybody
   signals because its time is over, once as well: or in any case if that has been over before; it then unlocks and locks again. One that had joined the others before would be no different: a signal to it
   would be a signal, and the others need none to go to it. */
static int wait_for(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct object *mutex = ipc_object(m, MUTEX);
	usable(c, pc);
	ipc_note(wire->waits, pc);
	if (mutex->owner == t->id + 1 && mutex->depth > 1) {
		if (until)
			ipc_unsupported("a timed wait with a recursive mutex that the thread has locked more than once, which stays locked, is not controlled: wait without", pc);
		ipc_crash_at(pc, "pthread_cond_wait with a recursive mutex that the thread has locked more than once: it stays locked");
	}
	bool holds = mutex->owner == t->id + 1, over = ipc_is_over(until) && holds;
	bool early = until && wire->early && !t->early;
	bool may = (early || (wire->spurious && !t->spurious)) && holds;
	if (!ipc_is_a_time(until))
		return EINVAL;
	if (!over && !ipc_ends_by_itself(may, pc, frame))
		return timed_out_at(until, ipc_cond_wait(c, m, until, NEVER_FAILS, pc, frame));
	if (!over)
		*(early ? &t->early : &t->spurious) = true;
	ipc_perform(ipc_op(OP_UNLOCK, mutex->id), pc, frame);
	ipc_wrote();
	mutex->owner = 0;
	mutex->version++;
	ipc_release(t, &mutex->clock);
	ipc_perform(ipc_op(OP_LOCK, mutex->id), pc, frame);
	ipc_lock_again(mutex);
	return timed_out_at(until, over || early ? ETIMEDOUT : 0);
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) { return wait_for(c, m, NULL, PC, FRAME); }
int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until) { return wait_for(c, m, until, PC, FRAME); }
int pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock, const struct timespec *until) { return wait_for(c, m, until, PC, FRAME); }

static void wake_waiter(struct object *cond, int i)
{
	struct thread *t = &rt->thread[cond->waiter[i]];
	memmove(&cond->waiter[i], &cond->waiter[i + 1], (cond->waiters - i - 1) * sizeof *cond->waiter);
	cond->n = --cond->waiters;
	ipc_wake(t);
}

/* Lets a thread go on that is canceled while it waits. */
void ipc_wake_out_of(struct object *cond, struct thread *t, uint64_t pc, const uint64_t *frame)
{
	struct event *e = ipc_perform(ipc_op(OP_SIGNAL, cond->id), pc, frame);
	ipc_wrote();
	if (!cond->waiters) {
		nobody(cond, e);
		return;
	}
	for (int i = 0; i < cond->waiters; i++)
		if (cond->waiter[i] == t->id) {
			wake_waiter(cond, i);
			return;
		}
	ipc_unsupported("pthread_cancel of a thread that is woken at the same time, while others wait, is not controlled", pc);
}

int ipc_signal(struct object *cond, uint64_t pc, const uint64_t *frame)
{
	struct event *e = ipc_perform(ipc_op(OP_SIGNAL, cond->id), pc, frame);
	ipc_wrote();
	not_destroyed(cond);
	if (!cond->waiters)
		return nobody(cond, e);
	wake_waiter(cond, job->signal_any ? ipc_alternative(cond->waiters) : 0);
	return 0;
}

int pthread_cond_signal(pthread_cond_t *c) { return ipc_current() ? ipc_signal(usable(c, PC), PC, FRAME) : 0; }

int ipc_broadcast(struct object *cond, uint64_t pc, const uint64_t *frame)
{
	struct event *e = ipc_perform(ipc_op(OP_BROADCAST, cond->id), pc, frame);
	ipc_wrote();
	not_destroyed(cond);
	if (!cond->waiters)
		return nobody(cond, e);
	while (cond->waiters)
		wake_waiter(cond, 0);
	return 0;
}

int pthread_cond_broadcast(pthread_cond_t *c) { return ipc_current() ? ipc_broadcast(usable(c, PC), PC, FRAME) : 0; }

int cnd_init(cnd_t *c)
{
	ipc_begins_or_ends(c, PC);
	return pthread_cond_init((pthread_cond_t *)c, NULL);
}

void cnd_destroy(cnd_t *c)
{
	destroy(usable((pthread_cond_t *)c, PC), (pthread_cond_t *)c, PC, FRAME);
	ipc_spoil(ipc_object(c, COND), c, sizeof *c);
}

int cnd_wait(cnd_t *c, mtx_t *m) { return wait_for((pthread_cond_t *)c, (pthread_mutex_t *)m, NULL, PC, FRAME); }
int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until) { return wait_for((pthread_cond_t *)c, (pthread_mutex_t *)m, until, PC, FRAME) ? thrd_timedout : thrd_success; }
int cnd_signal(cnd_t *c) { return pthread_cond_signal((pthread_cond_t *)c); }
int cnd_broadcast(cnd_t *c) { return pthread_cond_broadcast((pthread_cond_t *)c); }
