/* Threads, and who goes on. A thread announces its next operation and goes on when it
   is picked; what it does up to the next one, nobody sees. */
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "rt.h"

void ipc_switch_through(void **save, void **to, void (*then)(void), void *stack);

static void resume(void **save, struct thread *t)
{
	rt->current = t;
	ipc_set_tls(t->tcb);
	if (t->process == rt->in_memory) {
		ipc_switch(save, t->sp);
		return;
	}
	/* The memory of another process is brought in, and with it the stack that is
	   switched to: nothing may be on a stack of either meanwhile. */
	ipc_switch_through(save, &t->sp, ipc_bring_in, rt->scratch_stack + sizeof rt->scratch_stack - 64);
}

/* Goes back to what makes the executions. */
void ipc_finish(enum end end)
{
	void *nowhere;
	if (end == DONE && rt->unwatched) {
		end = UNSUPPORTED;
		job->where = 0;
		strcpy(job->message, "the program uses more memory than its accesses are watched in");
	}
	job->end = job->behind = end;
	if (rt->fault.end != DONE && end != AGAIN && end != STOPPED && end != TOO_EARLY) {
		job->end = rt->fault.end;
		job->where = rt->fault.where;
		job->crash_pc = rt->fault.pc;
		memcpy(job->message, rt->fault.message, sizeof job->message);
	}
	ipc_set_tls(rt->main_tcb);
	ipc_switch(&nowhere, rt->controller);
	__builtin_unreachable();
}

static void report(enum end end, const char *format, va_list list)
{
	if (rt->fault.end != DONE)
		return;
	vsnprintf(rt->fault.message, sizeof rt->fault.message, format, list);
	rt->fault.process = rt->current ? rt->current->process : 0;
	rt->fault.where = rt->current ? rt->current->id : 0;
	rt->fault.pc = job->crash_pc;
	rt->fault.end = end;
}

/* The execution fails, unless it has already. */
void ipc_report(enum end end, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	report(end, format, list);
	va_end(list);
}

/* The thread goes no further, by a signal of which its process dies. In the first process
   the search is to see what else its threads can do: each of them may have come first. */
void ipc_stop(int signal)
{
	if (!job->beyond)
		ipc_finish(rt->fault.end);
	if (rt->current->process)
		ipc_exit_process(signal, rt->fault.pc, NULL);
	ipc_go_on();
}

/* The program does what it is to die of. */
void ipc_crash(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	report(CRASHED, format, list);
	ipc_stop(SIGABRT);
}

/* An assertion of the program fails. */
void ipc_fail(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	report(FAILED, format, list);
	ipc_stop(SIGABRT);
}

void ipc_unsupported(const char *what, uint64_t pc)
{
	job->crash_pc = pc;
	snprintf(job->message, sizeof job->message, "%s", what);
	job->where = rt->current ? rt->current->id : 0;
	ipc_finish(UNSUPPORTED);
}

static void report_threads(void);

/* Asks the command. */
static int ask(int question, int alternatives)
{
	char c = 'a';
	rt->asks = true;
	report_threads();
	job->question = question;
	job->alternatives = alternatives;
	while (ipc_syscall(SYS_write, 5, (long)&c, 1, 0, 0, 0) == -EINTR)
		;
	long n;
	while ((n = ipc_syscall(SYS_read, 4, (long)&c, 1, 0, 0, 0)) == -EINTR)
		;
	if (n != 1)
		ipc_syscall(SYS_exit_group, 0, 0, 0, 0, 0, 0);
	rt->asks = false;
	return job->answer;
}

static bool alerted(const struct op *op) { return op->alert && rt->object[op->alert - 1].n > 0; }

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
static bool goes_on(const struct thread *t)
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
		return o->owner == 0;
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

static bool enabled(const struct thread *t) { return alerted(&t->op) || goes_on(t); }

static uint64_t all_enabled(bool *ended)
{
	uint64_t set = 0;
	*ended = true;
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].state == PENDING) {
			*ended = false;
			if (enabled(&rt->thread[i]))
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

/* Operations of the same sort as in package prim: whether their order can matter. */
static bool touches(const struct op *a, int obj)
{
	if (obj < 0)
		return false;
	if (a->obj == obj || a->obj2 == obj)
		return true;
	for (int i = 0; i < a->nmore; i++)
		if (a->more[i] == obj)
			return true;
	return false;
}

static bool woken_by(const struct op *spins, const struct op *b)
{
	if (!spins->spin || !wire->writes[b->kind])
		return false;
	for (int i = 0; i < spins->nmore; i++)
		if (touches(b, spins->more[i]))
			return true;
	return false;
}

static bool alerted_by(const struct op *a, const struct op *b) { return b->kind == OP_SIG_SEND && b->obj == a->alert - 1; }

/* What one that looks at several objects finds there may be what the other does. */
static bool looks_at(const struct op *a, const struct op *b)
{
	if (a->kind == OP_FORK || b->kind == OP_FORK)
		return true;
	for (int i = 0; i < a->nmore; i++) {
		bool also = false;
		for (int k = 0; wire->many[b->kind] && k < b->nmore; k++)
			also |= b->more[k] == a->more[i];
		if (also || (!wire->many[b->kind] && b->obj == a->more[i]))
			return true;
	}
	return false;
}

static bool depends(const struct op *a, const struct op *b)
{
	if (wire->last[a->kind] || wire->last[b->kind] || woken_by(a, b) || woken_by(b, a) || alerted_by(a, b) || alerted_by(b, a))
		return true;
	if (wire->many[a->kind])
		return looks_at(a, b);
	if (wire->many[b->kind])
		return looks_at(b, a);
	if (a->obj >= 0 && a->obj == b->obj)
		return wire->ordered[a->kind][b->kind];
	if (a->obj2 >= 0 && a->obj2 == b->obj)
		return wire->ordered[wire->second[a->kind]][b->kind];
	if (b->obj2 >= 0 && b->obj2 == a->obj)
		return wire->ordered[a->kind][wire->second[b->kind]];
	if (a->obj2 >= 0 && a->obj2 == b->obj2)
		return wire->ordered[wire->second[a->kind]][wire->second[b->kind]];
	return false;
}

/* Copies an operation, but not what its list has room for. */
static void copy(struct op *to, const struct op *from)
{
	memcpy(to, from, offsetof(struct op, more));
	for (int i = 0; i < from->nmore; i++)
		to->more[i] = from->more[i];
}

/* The operation of an event, as it has turned out. */
static struct op turned_out(const struct event *e)
{
	struct op op;
	copy(&op, &e->full);
	if (e->kind == OP_INTERRUPTED) { /* see Interrupted in package prim */
		op = ipc_op(e->kind, e->full.alert - 1);
		op.alert = e->full.alert;
		op.more[op.nmore++] = op.obj;
		if (!wire->always[e->full.kind]) {
			if (e->full.obj >= 0)
				op.more[op.nmore++] = e->full.obj;
			if (e->full.obj2 >= 0)
				op.more[op.nmore++] = e->full.obj2;
			for (int i = 0; i < e->full.nmore && op.nmore < MAX_MORE; i++)
				op.more[op.nmore++] = e->full.more[i];
		}
	}
	op.kind = e->kind;
	op.arg = e->arg;
	return op;
}

/* Wakes those asleep who depend on the last event. */
static void wake_sleepers(void)
{
	struct event *e = ipc_last();
	struct op op = turned_out(e);
	int n = 0;
	for (int i = 0; i < rt->sleepers; i++)
		if (rt->sleeper[i].thread != e->thread && !depends(&rt->sleeper[i].op, &op))
			rt->sleeper[n++] = rt->sleeper[i];
	rt->sleepers = n;
}

/* The thread that goes on. It does not return if the execution is over. */
static struct thread *pick(void)
{
	bool ended;
	uint64_t set = all_enabled(&ended);
	if (!set && !ended)
		set = times_out();
	if (!set && !ended)
		set = exits();
	if (!set)
		ipc_finish(ended ? DONE : DEADLOCK);
	int i = job->events;
	if (i >= job->steps || i >= MAX_EVENTS)
		ipc_finish(BOUND);
	job->enabled = rt->pick_enabled = set;
	bool only = !(set & (set - 1)) && i >= job->choices && !rt->sleepers; /* see asked in executor.go */
	if (job->ask && !only) {
		int t = ask(1, 0);
		if (t < 0)
			ipc_finish(STOPPED);
		return &rt->thread[t];
	}
	if (rt->sleepers && i > job->sleep_at)
		wake_sleepers();
	if (i < job->choices && job->misfit < 0) {
		int t = job->choice[i].thread;
		if (t < MAX_THREADS && set >> t & 1)
			return &rt->thread[t];
		job->misfit = i;
		if (!job->lenient)
			ipc_finish(STOPPED);
	}
	for (int k = 0; k < rt->sleepers; k++)
		set &= ~(1ull << rt->sleeper[k].thread);
	if (!set)
		ipc_finish(STOPPED);
	int last = i > 0 ? ipc_last()->thread : -1;
	return &rt->thread[last >= 0 && set >> last & 1 ? last : __builtin_ctzll(set)];
}

/* Which of n outcomes the last event has. */
int ipc_alternative(int n)
{
	struct event *e = ipc_last();
	int i = job->events - 1, a = 0;
	if (n < 2)
		return 0;
	e->alts = n;
	if (job->ask)
		a = ask(2, n);
	else if (i < job->choices && job->misfit < 0)
		a = job->choice[i].alt;
	return e->alt = a < n ? a : n - 1;
}

/* Whether a wait that may end by itself does. */
bool ipc_ends_by_itself(bool may, uint64_t pc, const uint64_t *frame)
{
	if (!may)
		return false;
	ipc_perform(ipc_op(OP_CHOOSE, -1), pc, frame);
	ipc_wrote();
	return ipc_alternative(2) == 1;
}

/* Whether the time of a wait is over though others can go on, once in the life of a thread:
   it then looks once more. */
bool ipc_early(bool timed, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = rt->current;
	job->used |= timed ? TIMED_WAITS : 0;
	if (!ipc_ends_by_itself(timed && wire->early && !t->early, pc, frame))
		return false;
	return t->early = true;
}

struct event *ipc_last(void) { return &job->event[job->events - 1]; }

static bool readable(const uint64_t *frame)
{
	return (char *)frame >= STACKS && (char *)frame < STACKS + (size_t)MAX_THREADS * STACK && ((uintptr_t)frame & 7) == 0;
}

/* The calls that lead to an operation, innermost first. The program is compiled with
   frame pointers. */
static void walk(const struct thread *t, uint64_t frames[MAX_FRAMES])
{
	int n = 0;
	const uint64_t *frame = t->frame;
	frames[n++] = t->pc;
	while (frame && n < MAX_FRAMES && readable(frame)) {
		if (frame[1] != frames[0] || n > 1)
			frames[n++] = frame[1];
		if ((const uint64_t *)frame[0] <= frame)
			break;
		frame = (const uint64_t *)frame[0];
	}
	while (n < MAX_FRAMES)
		frames[n++] = 0;
}

static struct event *append(struct thread *t)
{
	struct event *e = &job->event[job->events];
	bool interrupted = alerted(&t->op);
	t->state = RUNNING;
	e->thread = t->id;
	e->kind = interrupted ? OP_INTERRUPTED : t->op.kind;
	e->arg = t->op.arg;
	e->alt = e->alts = e->same = 0;
	e->wakes_at = job->wakes;
	e->wakes = 0;
	e->after = -1;
	e->objects = rt->objects;
	e->enabled = rt->pick_enabled;
	e->pc = t->pc;
	e->before = 0;
	copy(&e->full, &t->op);
	if (job->positions)
		walk(t, job->frames[job->events]);
	job->events++;
	t->seq++;
	t->clock.of[t->id]++;
	t->idle = 0;
	t->anchor = 0;
	t->sites = 0;
	rt->progress++;
	if (t->op.obj >= 0 && wire->writes[t->op.kind] && !interrupted)
		rt->object[t->op.obj].version++;
	return e;
}

/* Announces an operation of the thread that executes, and returns its event when it has
   been picked. What the operation does is up to the caller. pc is where the program
   calls it, frame that of the function which was called. No signal comes before it. */
static struct event *perform(const struct op *op, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = rt->current;
	t->stack = frame && frame[1] == pc ? frame + 2 : NULL;
	if (t->lent && t->stack && op->kind != OP_EXIT)
		ipc_returned(t->stack);
	copy(&t->op, op);
	t->pc = pc;
	t->frame = frame;
	t->announced = rt->announcements++;
	if (t->state == EAGER) {
		t->state = PENDING;
		resume(&t->sp, t->starter);
	} else {
		t->state = PENDING;
		struct thread *next = pick();
		if (next != t)
			resume(&t->sp, next);
	}
	return append(t);
}

struct event *ipc_perform_alone(struct op op, uint64_t pc, const uint64_t *frame) { return perform(&op, pc, frame); }

/* The same, for a call that signals may come before, or interrupt: NULL if it fails with
   EINTR. */
struct event *ipc_try(struct op op, enum failing failing, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = rt->current;
	bool exposed = !t->dying && op.kind != OP_EXIT && (wire->signals & SENDS_SIGNALS || rt->process[t->process].handles);
	if (exposed || op.kind == OP_SIG_WAIT)
		op.alert = ipc_signals_of(t)->id + 1;
	if (failing != NEVER_FAILS && wire->signals & CANCELS)
		return ipc_perform_unless_canceled(op, pc, frame);
	for (;;) {
		struct event *e = perform(&op, pc, frame);
		bool fails;
		if (t->alarmed) {
			fails = ipc_will_fail(t, failing);
			ipc_alarm(pc, frame);
		} else if (e->kind == OP_INTERRUPTED) {
			/* The signal may have come just before the call. */
			fails = ipc_will_fail(t, failing) && !goes_on(t) && ipc_alternative(2) == 0;
			ipc_deliver(e, t->mask, pc, frame);
		} else
			return e;
		if (fails) {
			errno = EINTR;
			return NULL;
		}
	}
}

struct event *ipc_perform(struct op op, uint64_t pc, const uint64_t *frame) { return ipc_try(op, NEVER_FAILS, pc, frame); }

/* The last event lets a thread go on. */
void ipc_wake(struct thread *t)
{
	if (job->wakes == MAX_WAKES)
		ipc_finish(BOUND);
	t->woken = true;
	job->wake[job->wakes++] = t->id;
	ipc_last()->wakes++;
}

void ipc_join_clock(struct clock *to, const struct clock *from)
{
	for (int i = 0; i < rt->threads; i++)
		if (from->of[i] > to->of[i])
			to->of[i] = from->of[i];
	if (from->time > to->time)
		to->time = from->time;
}

/* Nobody else can do anything any more, or what the thread does now comes after it. */
bool ipc_alone(void)
{
	const struct thread *me = rt->current;
	for (int i = 0; i < rt->threads; i++) {
		const struct thread *t = &rt->thread[i];
		if (t != me && t->state != ABSENT && (t->state != ENDED || me->clock.of[i] + 1 < t->clock.of[i]))
			return false;
	}
	return true;
}

/* What the clock says happens before what the thread does from now on. */
void ipc_acquire(struct thread *t, const struct clock *c) { ipc_join_clock(&t->clock, c); }

/* What the thread has done happens before what acquires the clock. */
void ipc_release(struct thread *t, struct clock *c)
{
	ipc_join_clock(c, &t->clock);
	t->clock.of[t->id]++; /* what it does after that does not */
}

/* Clears what an earlier execution has left on a stack: from the top down to where there
   is nothing for a kilobyte. */
static void clean(char *top)
{
	enum { WORDS = 8 }; /* that are looked at together: mostly nothing is left */
	uint64_t *p = (uint64_t *)top, *bottom = (uint64_t *)(top - STACK + PAGE);
	for (int empty = 0; p > bottom && empty < 128; empty += WORDS) {
		uint64_t any = 0;
		p -= WORDS;
		for (int i = 0; i < WORDS; i++)
			any |= p[i];
		if (!any)
			continue;
		memset(p, 0, WORDS * sizeof *p);
		empty = 0;
	}
}

/* A new thread has the number of the same child of the same parent in all executions. */
static struct thread *number(struct thread *parent)
{
	int child = parent ? parent->kids++ : 0;
	int32_t *id = child < MAX_THREADS ? &wire->ids[parent ? parent->id + 1 : 0][child] : NULL;
	if (!id || (*id < 0 && wire->nids == MAX_THREADS))
		ipc_finish(TOO_MANY);
	if (*id < 0 && job->ahead)
		ipc_finish(TOO_EARLY);
	if (*id < 0)
		*id = wire->nids++;
	while (rt->threads <= *id) {
		struct thread *t = &rt->thread[rt->threads];
		t->id = rt->threads++;
		t->state = ABSENT;
	}
	struct thread *t = &rt->thread[*id];
	memset(t, 0, offsetof(struct thread, look));
	t->id = *id;
	t->op = ipc_op(OP_NONE, -1);
	t->parent = parent ? parent->id : -1;
	t->process = parent ? parent->process : 0;
	t->mask = t->published = parent ? parent->mask : 0;
	t->random = (parent ? parent->random : 88172645463325252ull) + child * 0xD1B54A32D192ED03ull;
	t->spawn_at = job->events;
	t->idle = t->sites = 0;
	t->anchor = 0;
	t->state = EAGER;
	job->spawn[job->spawned++] = t->id;
	rt->live++;
	if (parent) {
		t->clock = parent->clock;
		parent->clock.of[parent->id]++;
	}
	t->clock.of[t->id]++;
	return t;
}

/* A new thread, with a stack and variables of its own. */
struct thread *ipc_new_thread(struct thread *parent)
{
	struct thread *t = number(parent);
	memset(t->specific, 0, sizeof t->specific);
	t->top = STACKS + (size_t)(t->id + 1) * STACK;
	t->tcb = ipc_tls_of(t->id);
	clean(t->top);
	void **sp = (void **)t->top;
	*--sp = NULL;
	*--sp = (void *)ipc_thread_entry;
	for (int i = 0; i < 6; i++)
		*--sp = NULL;
	t->sp = sp;
	return t;
}

/* The thread of a new process: it has the stack and the variables of the one that forks. */
struct thread *ipc_new_child(struct thread *parent)
{
	struct thread *t = number(parent);
	memcpy(t->specific, parent->specific, sizeof t->specific);
	t->top = parent->top;
	t->tcb = parent->tcb;
	t->locals = parent->locals;
	t->forked = true;
	return t;
}

/* Runs a new thread up to its first operation. */
void ipc_start(struct thread *t)
{
	t->starter = rt->current;
	resume(&rt->current->sp, t);
}

/* Lets somebody else go on, for a thread that has ended. */
void ipc_go_on(void)
{
	void *nowhere;
	struct thread *t = rt->current;
	bool eager = t->state == EAGER;
	t->state = ENDED;
	rt->live--;
	struct thread *next = eager ? t->starter : pick();
	resume(&nowhere, next);
	__builtin_unreachable();
}

void ipc_thread_main(void)
{
	struct thread *t = rt->current;
	errno = 0;
	register char *sp __asm__("rsp");
	__asm__("" : "=r"(sp));
	wire->entered = t->top - sp;
	if (t->id == 0) {
		int status = rt->main(rt->argc, rt->argv, rt->envp);
		job->returned |= rt->current->process == 0;
		exit(status);
	}
	t->result = t->start(t->arg);
	ipc_end_thread(0);
}

static void report_thread(const struct thread *t, struct thread_report *r)
{
	r->there = t->state != ABSENT;
	r->parent = t->parent;
	r->spawn_at = t->spawn_at;
	r->seq = t->seq;
	r->ended = t->state == ENDED;
	r->woken = t->woken;
	r->enabled = t->state == PENDING && enabled(t);
	r->pc = t->pc;
	r->entry = (uint64_t)t->start;
	r->created = t->created;
	r->process = t->process;
	r->joined = !t->detached;
	copy(&r->op, &t->op);
	if (job->positions && t->state == PENDING && t->process == rt->in_memory)
		walk(t, r->frames);
	else
		memset(r->frames, 0, sizeof r->frames);
}

static void report_threads(void)
{
	job->threads = rt->threads;
	job->objects = rt->objects;
	for (int i = 0; i < rt->threads; i++)
		report_thread(&rt->thread[i], &job->thread[i]);
}

/* Makes one execution, and reports it. */
void ipc_run(void)
{
	job->events = job->wakes = job->spawned = job->races = job->idles = 0;
	job->output = job->output_lost = job->printed = job->left = job->used = job->declared = 0;
	job->end = DONE;
	job->where = job->misfit = -1;
	job->status = job->returned = 0;
	job->crash_pc = 0;
	job->message[0] = 0;
	rt->fault.end = DONE;
	rt->run++;
	rt->progress++;
	rt->objects = rt->threads = rt->live = rt->keys = rt->forks = 0;
	rt->generations = 0;
	rt->robust = false;
	rt->cells = 0;
	rt->unwatched = false;
	rt->announcements = 0;
	rt->stdin_at = rt->clocks_used = 0;
	rt->sleepers = job->sleepers;
	for (int i = 0; i < rt->sleepers; i++) {
		rt->sleeper[i].thread = job->sleeper[i].thread;
		rt->sleeper[i].op = job->sleeper[i].op;
	}
	ipc_processes_reset();
	struct thread *t = ipc_new_thread(NULL);
	t->state = RUNNING;
	resume(&rt->controller, t);
	rt->current = NULL;
	ipc_report_pipes();
	ipc_report_names();
	report_threads();
}
