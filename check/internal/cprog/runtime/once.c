/* Once: a lock, and whether it has been done. A function that throws has not done it. */
#include <threads.h>

#include "rt.h"

struct once { struct object *lock; uint64_t pc; const uint64_t *frame; };

static void left(const struct once *o)
{
	ipc_wrote();
	ipc_unlock(o->lock, PTHREAD_MUTEX_DEFAULT, "pthread_once", o->pc, o->frame);
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
	ipc_locked(t, o.lock);
	if (!*once) {
		function();
		*once = 2;
	}
	return 0;
}

void call_once(once_flag *once, void (*function)(void)) { pthread_once((pthread_once_t *)once, function); }
