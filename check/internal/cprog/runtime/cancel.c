/* Cancellation, which is deferred: a thread is canceled where it waits, sleeps, or asks. Who
   cancels sets a flag of the thread, and interrupts the call that it waits with as a signal
   does. */
#include <stdio.h>

#include "rt.h"

enum { OF_NAMES = 1, PATIENCE = 4 };

static struct object *flag_of(struct thread *t)
{
	struct object *o = ipc_memory((uint64_t)&t->canceled, sizeof t->canceled);
	job->object[o->id].of = OF_NAMES + 1 + t->id;
	return o;
}

static struct object *interrupts(struct thread *t)
{
	struct object *o = ipc_object(&t->canceled, SIGNALS);
	job->object[o->id].of = t->id;
	return o;
}

static bool can_be(const struct thread *t) { return wire->signals & CANCELS && !t->uncancelable && !t->dying; }

static void ends(struct thread *t, struct object *o, uint64_t pc) __attribute__((noreturn));
static void ends(struct thread *t, struct object *o, uint64_t pc)
{
	ipc_acquire(t, &o->clock);
	t->uncancelable = true;
	t->result = PTHREAD_CANCELED;
	ipc_unwind(pc);
}

/* Performs an operation at which the thread may be canceled instead. */
struct event *ipc_perform_unless_canceled(struct op op, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (!can_be(t))
		return ipc_perform(op, pc, frame);
	struct object *o = interrupts(t);
	op.alert = o->id + 1;
	struct event *e = ipc_perform_alone(op, pc, frame);
	if (e->kind != OP_INTERRUPTED)
		return e;
	e->arg = o->n = 0;
	ends(t, o, pc);
}

/* The thread asks whether it is canceled. A loop that does so again and again waits until it
   is, or nobody else can go on. */
void ipc_ask_whether_canceled(const uint64_t *loop)
{
	struct thread *t = ipc_current();
	if (!t || !can_be(t))
		return;
	struct object *o = flag_of(t);
	struct op op = ipc_op(OP_LOAD, o->id);
	bool waits = ++t->asked > PATIENCE;
	if (waits) {
		job->used |= SLEEPY_LOOPS;
		op.spin = op.nmore = t->looks = 1;
		op.more[0] = t->look[0].obj = o->id;
		t->look[0].version = t->flag_version;
		t->timed = true;
		t->woken = t->timed_out = false;
	} else
		ipc_comes_round(loop, &op);
	ipc_perform_alone(op, loop[7], (const uint64_t *)loop[6]);
	t->timed = t->timed_out = false;
	t->flag_version = o->version;
	ipc_looked(loop, o);
	t->op.spin = 0;
	if (t->canceled)
		ends(t, o, loop[7]);
}

int ipc_testcancel(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *loop)
{
	ipc_ask_whether_canceled(loop);
	return 0;
}

/* The same, once: it has been woken. */
void ipc_woken_by_cancel(uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (!can_be(t))
		return;
	struct object *o = flag_of(t);
	ipc_perform_alone(ipc_op(OP_LOAD, o->id), pc, frame);
	if (t->canceled)
		ends(t, o, pc);
}

int ipc_cancel(struct thread *t, uint64_t pc, const uint64_t *frame)
{
	extern int __gxx_personality_v0(void) __attribute__((weak));
	struct thread *me = ipc_current();
	if (__gxx_personality_v0)
		ipc_unsupported("pthread_cancel in C++ is not controlled", pc);
	if (wire->signals & (SENDS_SIGNALS | HANDLES_SIGNALS))
		ipc_unsupported("pthread_cancel in a program with signals is not controlled", pc);
	struct object *flag = flag_of(t), *o = interrupts(t);
	ipc_perform(ipc_op(OP_STORE, flag->id), pc, frame);
	ipc_wrote();
	t->canceled = true;
	ipc_release(me, &flag->clock);
	struct event *e = ipc_perform(ipc_op(OP_SIG_SEND, o->id), pc, frame);
	ipc_wrote();
	ipc_release(me, &o->clock);
	if (t->state == ENDED)
		return 0;
	e->arg = 1;
	o->n++;
	if (t->state == PENDING && t->op.kind == OP_COND_WAKE && !t->woken && can_be(t))
		ipc_wake_out_of(&rt->object[t->op.arg], t, pc, frame);
	return 0;
}

int pthread_setcancelstate(int state, int *old)
{
	struct thread *t = ipc_current();
	if (old)
		*old = t && t->uncancelable ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
	if (t)
		t->uncancelable = state == PTHREAD_CANCEL_DISABLE;
	return 0;
}

int pthread_setcanceltype(int type, int *old)
{
	if (type == PTHREAD_CANCEL_ASYNCHRONOUS && wire->signals & CANCELS)
		ipc_unsupported("pthread_setcanceltype: asynchronous cancellation is not controlled", PC);
	if (old)
		*old = PTHREAD_CANCEL_DEFERRED;
	return 0;
}
