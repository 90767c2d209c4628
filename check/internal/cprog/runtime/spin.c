/* Spin locks. */
#include "rt.h"

static struct object *spin_lock_of(pthread_spinlock_t *l, uint64_t pc)
{
	ipc_usable((void *)l, "a spin lock", pc);
	struct object *o = ipc_object((void *)l, SPINLOCK);
	return o->destroyed ? ipc_anew(o, (void *)l, sizeof *l, "a spin lock", pc) : o;
}

int pthread_spin_init(pthread_spinlock_t *l, int shared)
{
	*l = 0;
	if (ipc_current())
		ipc_forget((void *)l, SPINLOCK);
	ipc_begins_or_ends((void *)l, PC);
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *l)
{
	struct object *o = spin_lock_of(l, PC);
	ipc_end_lock(o, "spin lock", "destroyed", PC, FRAME);
	ipc_spoil(o, (void *)l, sizeof *l);
	return 0;
}

int ipc_spin_lock(pthread_spinlock_t *l, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_lock(spin_lock_of(l, frame[7]), PTHREAD_MUTEX_DEFAULT, frame);
}

int ipc_spin_trylock(pthread_spinlock_t *l, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_try_lock(spin_lock_of(l, frame[7]), PTHREAD_MUTEX_DEFAULT, frame);
}

int pthread_spin_unlock(pthread_spinlock_t *l) { return ipc_unlock(spin_lock_of(l, PC), PTHREAD_MUTEX_DEFAULT, "spin lock", PC, FRAME); }
