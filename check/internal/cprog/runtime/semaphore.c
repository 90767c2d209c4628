/* Semaphores. Their value stands in their first word, as the C library has it. */
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>

#include "rt.h"

static int32_t *value(sem_t *s) { return (int32_t *)s; }
static bool private(sem_t *s) { return ((int32_t *)s)[2]; }

static struct object *semaphore(sem_t *s, uint64_t pc)
{
	ipc_usable(s, "a semaphore", pc);
	bool new = !ipc_known(s, SEMAPHORE);
	struct object *o = ipc_object(s, SEMAPHORE);
	if (new)
		o->n = job->object[o->id].n = *value(s);
	ipc_used_by_processes(o, !private(s), "a semaphore", pc);
	if (o->destroyed)
		ipc_crash_at(pc, "a semaphore is used after it has been destroyed");
	return o;
}

void ipc_set_semaphore(void *s, bool shared, unsigned v)
{
	if (ipc_ready && rt->current && ipc_known(s, SEMAPHORE))
		ipc_forget(s, SEMAPHORE);
	memset(s, 0, sizeof(sem_t));
	*value(s) = v;
	((int32_t *)s)[2] = !shared;
}

int sem_init(sem_t *s, int shared, unsigned v)
{
	if (v > SEM_VALUE_MAX) {
		errno = EINVAL;
		return -1;
	}
	ipc_set_semaphore(s, shared, v);
	ipc_begins_or_ends(s, PC);
	return 0;
}

int sem_destroy(sem_t *s)
{
	struct object *o = semaphore(s, PC);
	if (!ipc_alone()) /* it may come before what others do, or after: it looks at the value */
		ipc_perform(ipc_op(OP_SEM_VALUE, o->id), PC, FRAME);
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].state == PENDING && rt->thread[i].op.obj == o->id && rt->thread[i].op.kind == OP_SEM_WAIT)
			ipc_crash_at(PC, "a semaphore is destroyed while a thread waits for it");
	o->destroyed = true;
	return 0;
}

/* A post, once it is announced and picked. */
void ipc_post(struct object *o, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	ipc_perform(ipc_op(OP_SEM_POST, o->id), pc, frame);
	struct post *p = (struct post *)(CLOCKS + rt->clocks_used);
	rt->clocks_used += sizeof *p;
	if (rt->clocks_used > (size_t)1 << 30)
		ipc_finish(BOUND);
	p->event = job->events - 1;
	p->next = NULL;
	memset(&p->clock, 0, sizeof p->clock);
	ipc_release(t, &p->clock);
	if (o->first)
		o->last->next = p;
	else
		o->first = p;
	o->last = p;
	o->n++;
	ipc_wrote();
}

/* The n-th wait takes the unit of the n-th post; the first ones take those that have been
   there from the start. */
void ipc_took(struct object *o, struct event *e)
{
	if (o->takes++ >= job->object[o->id].n) {
		struct post *p = o->first;
		o->first = p->next;
		e->after = p->event;
		ipc_acquire(ipc_current(), &p->clock);
	}
	o->n--;
	ipc_wrote();
}

static void take(struct object *o, sem_t *s, struct event *e)
{
	ipc_took(o, e);
	*value(s) = o->n;
}

/* Takes a unit, if there is one. */
static bool try_wait(struct object *o, sem_t *s, struct op op, uint64_t pc, const uint64_t *frame)
{
	struct event *e = ipc_perform(op, pc, frame);
	if (o->n <= 0) {
		e->kind = OP_SEM_TRY_NO;
		e->same = 1;
		o->version--;
		return false;
	}
	e->kind = OP_SEM_TRY_TOOK;
	take(o, s, e);
	return true;
}

int sem_post(sem_t *s)
{
	if (!ipc_current())
		return 0;
	struct object *o = semaphore(s, PC);
	ipc_post(o, PC, FRAME);
	*value(s) = o->n;
	return 0;
}

static int wait(sem_t *s, const struct timespec *until, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct object *o = semaphore(s, pc);
	if (!ipc_is_a_time(until) || ipc_is_over(until) || ipc_early(until, pc, frame)) {
		errno = ipc_is_a_time(until) ? ETIMEDOUT : EINVAL;
		return try_wait(o, s, ipc_op(OP_SEM_TRY, o->id), pc, frame) ? 0 : -1;
	}
	t->timed = until;
	t->woken = t->timed_out = false;
	struct event *e = ipc_try(ipc_op(OP_SEM_WAIT, o->id), UNLESS_RESTARTED, pc, frame);
	bool timed_out = t->timed_out;
	t->timed = t->timed_out = false;
	if (!e)
		return -1;
	if (timed_out) {
		ipc_wrote();
		ipc_time_is(until);
		errno = ETIMEDOUT;
		return -1;
	}
	e->kind = OP_SEM_TOOK;
	take(o, s, e);
	return 0;
}

int sem_wait(sem_t *s) { return wait(s, NULL, PC, FRAME); }
int sem_timedwait(sem_t *s, const struct timespec *until) { return wait(s, until, PC, FRAME); }
int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *until) { return wait(s, until, PC, FRAME); }

int ipc_sem_trywait(sem_t *s, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct object *o = semaphore(s, frame[7]);
	struct op op = ipc_op(OP_SEM_TRY, o->id);
	ipc_comes_round(frame, &op);
	bool took = try_wait(o, s, op, frame[7], (const uint64_t *)frame[6]);
	t->op.spin = 0;
	if (took)
		return 0;
	ipc_looked(frame, o);
	errno = EAGAIN;
	return -1;
}

int ipc_sem_getvalue(sem_t *s, int *result, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct object *o = semaphore(s, frame[7]);
	struct op op = ipc_op(OP_SEM_VALUE, o->id);
	ipc_comes_round(frame, &op);
	ipc_perform(op, frame[7], (const uint64_t *)frame[6]);
	ipc_looked(frame, o);
	ipc_current()->op.spin = 0;
	ipc_answers(result, sizeof *result, frame[7]);
	*result = o->n;
	return 0;
}
