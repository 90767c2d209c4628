/* Threads, and who goes on. A thread announces its next operation and goes on when it
   is picked; what it does up to the next one, nobody sees. */
#include "rt.h"

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

/* Asks the command. */
static int ask(int question, int alternatives)
{
	rt->asks = true;
	ipc_report_threads();
	job->question = question;
	job->alternatives = alternatives;
	ipc_tell('a');
	rt->asks = false;
	return job->answer;
}

static bool asleep(int t)
{
	for (int k = 0; k < rt->sleepers; k++)
		if (rt->sleeper[k].thread == t)
			return true;
	return false;
}

/* The thread that goes on with event i whoever else could, NULL if that is not known. */
static struct thread *foreseen(int i)
{
	if (job->ask || job->sets)
		return NULL;
	bool chosen = i < job->choices && job->misfit < 0;
	int t = chosen ? job->choice[i].thread : i > 0 ? ipc_last()->thread : -1;
	if (t < 0 || t >= rt->threads || rt->thread[t].state != PENDING || !ipc_enabled(&rt->thread[t]) || (!chosen && asleep(t)))
		return NULL;
	return &rt->thread[t];
}

static void may_go_on(int i)
{
	if (i >= job->steps || i >= MAX_EVENTS)
		ipc_finish(BOUND);
}

/* The thread that goes on. It does not return if the execution is over. */
static struct thread *pick(void)
{
	bool ended;
	int i = job->events;
	if (rt->sleepers && i > job->sleep_at)
		ipc_wake_sleepers();
	struct thread *next = foreseen(i);
	if (next) {
		may_go_on(i);
		return next;
	}
	uint64_t set = ipc_who_goes_on(&ended);
	if (!set)
		ipc_finish(ended ? DONE : DEADLOCK);
	may_go_on(i);
	job->enabled = rt->pick_enabled = set;
	bool only = !(set & (set - 1)) && i >= job->choices && !job->sleepers; /* see asked in executor.go */
	if (job->ask && !only) {
		int t = ask(1, 0);
		if (t < 0)
			ipc_finish(STOPPED);
		return &rt->thread[t];
	}
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

static struct event *append(struct thread *t)
{
	struct event *e = &job->event[job->events];
	bool interrupted = ipc_alerted(&t->op);
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
	ipc_copy_op(&e->full, &t->op);
	if (job->positions)
		memcpy(job->frames[job->events], t->frames, sizeof t->frames);
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
	ipc_copy_op(&t->op, op);
	t->pc = pc;
	t->frame = frame;
	t->announced = rt->announcements++;
	if (job->positions)
		ipc_walk(t, t->frames);
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

/* The same, for an operation that signals may come before, or interrupt: see ipc_try. */
struct event *ipc_perform_this(struct op *op, enum failing failing, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = rt->current;
	bool exposed = !t->dying && op->kind != OP_EXIT && (wire->signals & SENDS_SIGNALS || rt->process[t->process].handles);
	if (exposed || op->kind == OP_SIG_WAIT)
		op->alert = ipc_signals_of(t)->id + 1;
	if (failing != NEVER_FAILS && wire->signals & CANCELS)
		return ipc_perform_unless_canceled(*op, pc, frame);
	for (;;) {
		struct event *e = perform(op, pc, frame);
		bool fails;
		if (t->alarmed) {
			fails = ipc_will_fail(t, failing);
			ipc_alarm(pc, frame);
		} else if (e->kind == OP_INTERRUPTED) {
			/* The signal may have come just before the call. */
			fails = ipc_will_fail(t, failing) && !ipc_goes_on(t) && ipc_alternative(2) == 0;
			ipc_deliver(e, t->mask, pc, frame);
		} else
			return e;
		if (fails) {
			errno = EINTR;
			return NULL;
		}
	}
}

/* The last event lets a thread go on. */
void ipc_wake(struct thread *t)
{
	if (job->wakes == MAX_WAKES)
		ipc_finish(BOUND);
	t->woken = true;
	job->wake[job->wakes++] = t->id;
	ipc_last()->wakes++;
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
		ipc_exit(status, 0);
	}
	t->result = t->start(t->arg);
	ipc_end_thread(0);
}

/* Makes one execution, and reports it. */
void ipc_run(void)
{
	job->events = job->wakes = job->spawned = job->races = job->idles = 0;
	job->output = job->output_lost = job->printed = job->left = job->used = job->declared = 0;
	job->end = DONE;
	job->where = job->misfit = -1;
	job->status = job->returned = job->unwritten = job->late = 0;
	rt->leaves = false;
	rt->unflushed.any = false;
	rt->prompt = 0;
	job->crash_pc = 0;
	job->message[0] = 0;
	rt->fault.end = DONE;
	rt->run++;
	rt->progress++;
	rt->objects = rt->threads = rt->live = 0;
	rt->generations = 0;
	rt->robust = false;
	rt->cells = 0;
	rt->unwatched = rt->frees = false;
	rt->announcements = 0;
	rt->stdin_at = rt->clocks_used = 0;
	rt->sleepers = job->sleepers;
	for (int i = 0; i < rt->sleepers; i++) {
		rt->sleeper[i].thread = job->sleeper[i].thread;
		rt->sleeper[i].op = job->sleeper[i].op;
	}
	ipc_processes_reset();
	struct thread *t = ipc_new_thread(NULL, 0);
	t->state = RUNNING;
	resume(&rt->controller, t);
	rt->current = NULL;
	ipc_report_pipes();
	ipc_report_names();
	ipc_report_threads();
}
