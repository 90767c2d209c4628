/* Variables inside of C++ functions that are initialised when these are called: their guards.
   The first byte of one says that it is done, which the program reads itself, and a lock at
   its address keeps the others out meanwhile. */
#include "rt.h"

int __cxa_guard_acquire(uint64_t *guard)
{
	char *done = (char *)guard;
	if (!ipc_current())
		return !*done;
	ipc_enter(guard, PC, FRAME);
	if (!*done)
		return 1;
	ipc_leave(guard, PC, FRAME);
	return 0;
}

void __cxa_guard_release(uint64_t *guard)
{
	struct thread *t = ipc_current();
	char *done = (char *)guard;
	if (!t) {
		*done = 1;
		return;
	}
	struct object *o = ipc_memory((uint64_t)done, 1);
	ipc_perform(ipc_op(OP_STORE, o->id), PC, FRAME);
	ipc_wrote();
	*done = 1;
	ipc_access((uint64_t)done, 1, true, true, PC);
	ipc_release(t, &o->clock);
	ipc_leave(guard, PC, FRAME);
}

void __cxa_guard_abort(uint64_t *guard)
{
	if (ipc_current())
		ipc_leave(guard, PC, FRAME);
}
