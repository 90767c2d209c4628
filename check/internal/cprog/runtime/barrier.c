/* Barriers. The number of threads is in the first word of the barrier, and whether several
   processes may use it in the second. */
#include "rt.h"

int pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attributes, unsigned count)
{
	if (count == 0)
		return EINVAL;
	int shared = PTHREAD_PROCESS_PRIVATE;
	if (attributes)
		pthread_barrierattr_getpshared(attributes, &shared);
	memset(b, 0, sizeof *b);
	((unsigned *)b)[0] = count;
	((unsigned *)b)[1] = shared;
	if (ipc_current())
		ipc_forget(b, BARRIER);
	ipc_begins_or_ends(b, PC);
	return 0;
}

int pthread_barrier_destroy(pthread_barrier_t *b)
{
	struct object *o = ipc_object(b, BARRIER);
	if (o->waiters)
		ipc_crash_at(PC, "a barrier is destroyed while threads wait at it");
	ipc_begins_or_ends(b, PC);
	ipc_spoil(o, b, sizeof *b);
	return 0;
}

int pthread_barrier_wait(pthread_barrier_t *b)
{
	struct thread *t = ipc_current();
	ipc_usable(b, "a barrier", PC);
	struct object *o = ipc_object(b, BARRIER);
	if (o->destroyed)
		o = ipc_anew(o, b, sizeof *b, "a barrier", PC);
	if (*(unsigned *)b == 0)
		ipc_crash_at(PC, "a barrier is used that has not been initialised");
	ipc_used_by_processes(o, ((unsigned *)b)[1], "a barrier", PC);
	o->limit = *(unsigned *)b;
	job->object[o->id].size = o->limit;
	t->woken = false;
	ipc_perform(ipc_op(OP_ARRIVE, o->id), PC, FRAME);
	ipc_wrote();
	ipc_join_clock(&o->clock, &t->clock);
	if (++o->n < o->limit) {
		o->waiter[o->waiters++] = t->id;
		t->clock.of[t->id]++;
		ipc_perform(ipc_op(OP_BARRIER_GO, o->id), PC, FRAME);
		t->woken = false;
		return 0;
	}
	struct clock all = o->clock;
	for (int i = 0; i < o->waiters; i++) {
		ipc_wake(&rt->thread[o->waiter[i]]);
		ipc_acquire(&rt->thread[o->waiter[i]], &all);
	}
	ipc_acquire(t, &all);
	t->clock.of[t->id]++;
	memset(&o->clock, 0, sizeof o->clock);
	o->n = o->waiters = 0;
	return PTHREAD_BARRIER_SERIAL_THREAD;
}
