/* Monitors: a lock and a condition of the runtime's own, at an address. What the kernel
   does in one step and may wait with, is done under one. */
#include "rt.h"

void ipc_enter(const void *at, uint64_t pc, const uint64_t *frame)
{
	struct object *o = ipc_object(at, MUTEX);
	ipc_perform(ipc_op(OP_LOCK, o->id), pc, frame);
	ipc_lock_again(o);
}

void ipc_leave(const void *at, uint64_t pc, const uint64_t *frame)
{
	struct object *o = ipc_object(at, MUTEX);
	ipc_perform(ipc_op(OP_UNLOCK, o->id), pc, frame);
	ipc_wrote();
	o->owner = 0;
	ipc_release(ipc_current(), &o->clock);
}

/* Waits until somebody has changed what is waited for; false: the time is up, and somebody may have. failing:
   whether a signal would interrupt the wait. */
bool ipc_await(const void *cond, const void *at, bool timed, enum failing failing, uint64_t pc, const uint64_t *frame)
{
	if (wire->signals & CANCELS)
		ipc_unsupported("waiting here, in a program that cancels threads, is not controlled", pc);
	if (ipc_early(timed, pc, frame)) {
		ipc_leave(at, pc, frame);
		ipc_enter(at, pc, frame);
		return false;
	}
	return ipc_cond_wait((pthread_cond_t *)cond, (pthread_mutex_t *)at, timed, failing, pc, frame) == 0;
}

/* Lets all go on who wait. Who waits is decided under the lock: if nobody does, this is no operation. */
void ipc_notify(const void *at, uint64_t pc, const uint64_t *frame)
{
	struct object *cond = ipc_object(at, COND);
	if (cond->waiters)
		ipc_broadcast(cond, pc, frame);
}

/* Lets up to n go on, and returns how many. */
int ipc_notify_some(const void *at, int n, uint64_t pc, const uint64_t *frame)
{
	struct object *cond = ipc_object(at, COND);
	int woken = 0;
	while (woken < n && cond->waiters) {
		ipc_signal(cond, pc, frame);
		woken++;
	}
	return woken;
}
