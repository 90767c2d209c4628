/* Who can go on: what operations wait for, and what happens when they all wait. */
#include <limits.h>
#include <signal.h>

#include "rt.h"

bool ipc_alerted(const struct op *op) { return op->alert && rt->object[op->alert - 1].n > 0; }

/* What a poll looks for, as in package prim. */
static bool finds_something(const struct op *op)
{
	enum { BYTES, ROOM, READERS };
	for (int i = 0; i < op->nmore; i++) {
		struct object *o = &rt->object[op->more[i]];
		switch (op->arg >> 2 * i & 3) {
		case BYTES:
			if (o->n > 0 || o->owner == 0)
				return true;
			break;
		case ROOM:
			if (o->limit - o->n >= PIPE_BUF)
				return true;
			break;
		case READERS:
			if (o->owner == 0)
				return true;
		}
	}
	return false;
}

/* What an operation waits for, unless a signal comes first. The kinds that are left out
   can always go on. */
bool ipc_goes_on(const struct thread *t)
{
	const struct op *op = &t->op;
	struct object *o = op->obj >= 0 ? &rt->object[op->obj] : NULL;
	if (op->spin) {
		bool changed = false;
		for (int i = 0; i < op->nmore; i++)
			changed |= rt->object[op->more[i]].version != t->look[i].version;
		if (!changed)
			return false;
	}
	switch (op->kind) {
	case OP_LOCK:
		return o->owner == 0 && o->n == 0;
	case OP_R_LOCK:
	case OP_W_LOCK:
		return o->owner == 0;
	case OP_W_LOCK_GO:
		return o->n == 0;
	case OP_COND_WAKE:
		return t->woken && o->owner == 0 && o->n == 0;
	case OP_BARRIER_GO:
		return t->woken;
	case OP_JOIN:
		return o->n == 0;
	case OP_SEM_WAIT:
		return o->n > 0;
	case OP_PIPE_READ:
		return o->n > 0 || o->owner == 0;
	case OP_PIPE_WRITE: {
		int n = op->arg < o->limit ? op->arg : o->limit;
		return o->n + n <= o->limit || rt->object[op->obj2].owner == 0;
	}
	case OP_POLL:
		return finds_something(op);
	case OP_SIG_WAIT:
		return o->n > 0 && !op->alert;
	case OP_BLOCK:
	case OP_EXIT:
		return false;
	}
	return true;
}

bool ipc_enabled(const struct thread *t) { return ipc_alerted(&t->op) || ipc_goes_on(t); }

static uint64_t all_enabled(bool *ended)
{
	uint64_t set = 0;
	*ended = true;
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].state == PENDING) {
			*ended = false;
			if (ipc_enabled(&rt->thread[i]))
				set |= 1ull << i;
		}
	return set;
}

/* A process that has nothing left to do but to end. */
static bool leaving(int process)
{
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].process == process && rt->thread[i].state == PENDING && rt->thread[i].op.kind == OP_EXIT)
			return true;
	return false;
}

/* When the alarm was set that may go off for a thread, 0: none is. One that goes off again
   and again does not where that changes nothing. */
static uint64_t alarm_of(const struct thread *t)
{
	const struct process *p = &rt->process[t->process];
	bool idle = p->again && (t->pending >> (SIGALRM - 1) & 1 || leaving(t->process));
	return idle ? 0 : p->alarm;
}

/* Whoever waits with a time limit, the one that has waited longest first: nobody else can
   go on, so time passes. */
static uint64_t times_out(void)
{
	struct thread *first = NULL;
	uint64_t since = 0;
	for (int i = 0; i < rt->threads; i++) {
		struct thread *t = &rt->thread[i];
		uint64_t alarm = alarm_of(t);
		if (t->state != PENDING || t->op.kind == OP_EXIT)
			continue;
		if (t->timed && !t->woken && (!first || t->announced < since)) {
			first = t;
			since = t->announced;
			t->alarmed = false;
		}
		if (alarm && (!first || alarm < since)) {
			first = t;
			since = alarm;
			t->alarmed = true;
		}
	}
	if (!first)
		return 0;
	if (first->alarmed) {
		first->op = ipc_op(OP_TIMEOUT, -1);
		return 1ull << first->id;
	}
	struct op *op = &first->op;
	int cond = op->kind == OP_COND_WAKE ? op->arg : -1;
	*op = ipc_op(OP_TIMEOUT, cond);
	first->timed_out = true;
	if (cond >= 0) {
		struct object *o = &rt->object[cond];
		int k = 0;
		for (int j = 0; j < o->waiters; j++)
			if (o->waiter[j] != first->id)
				o->waiter[k++] = o->waiter[j];
		o->waiters = k;
	}
	return 1ull << first->id;
}

/* The first process has nothing left to do but to end. */
static uint64_t exits(void)
{
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].state == PENDING && rt->thread[i].op.kind == OP_EXIT)
			return 1ull << i;
	return 0;
}

/* Who can go on; or whoever goes on when nobody can; 0: nobody, and whether all threads have ended. */
uint64_t ipc_who_goes_on(bool *ended)
{
	uint64_t set = all_enabled(ended);
	if (!set && !*ended)
		set = times_out();
	if (!set && !*ended)
		set = exits();
	return set;
}
