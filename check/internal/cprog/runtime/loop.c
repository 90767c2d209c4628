/* Loops that wait. A thread that reads at a place where it has read before, with the
   same registers and the same stack, has written nothing else since, and nobody has
   changed what it has read in between, will do the same again: it waits for a change.
   So does one that locks, looks and unlocks. */
#include <time.h>

#include "rt.h"

static inline uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9E3779B97F4A7C15ull;
	return h ^ h >> 29;
}

/* The state of a thread that calls: the registers that calls preserve, and its stack. */
uint64_t ipc_state(const struct thread *t, const uint64_t *frame)
{
	const uint64_t *p = frame + 1, *top = (const uint64_t *)t->top;
	uint64_t h = (uint64_t)frame, g = 0; /* of every other word: the one need not wait for the other */
	for (; p + 1 < top; p += 2) {
		h = mix(h, p[0]);
		g = mix(g, p[1]);
	}
	return mix(p < top ? mix(h, *p) : h, g);
}

/* A loop that reads memory which is not known to be shared: its reads are operations
   from the next execution on. */
void ipc_reveal(struct thread *t)
{
	for (int i = 0; i < t->sites && job->idles < MAX_IDLE; i++)
		job->idle[job->idles++] = t->site[i];
	if (job->idles)
		ipc_finish(AGAIN);
}

/* The first look of the round that would end here, -1 if the thread has not come round.
   Whether somebody has changed what it has read meanwhile does not matter: what a thread
   announces depends on its own past. */
static int round_begins(struct thread *t, const uint64_t *frame)
{
	uint64_t pc = frame[7], state = t->here = ipc_state(t, frame);
	int k = t->looks - 1;
	while (k >= 0 && (t->look[k].pc != pc || t->look[k].state != state))
		k--;
	while (k > 0 && t->look[k - 1].pc == pc && t->look[k - 1].state == state)
		k--; /* one that looks at several objects */
	return k;
}

/* Makes an operation one that waits for a change, if the thread comes round with it. */
void ipc_comes_round(const uint64_t *frame, struct op *op)
{
	struct thread *t = rt->current;
	struct look round[LOOKS];
	int n = 0, k = round_begins(t, frame);
	if (k < 0)
		return;
	for (int i = k; i < t->looks; i++) {
		if (t->look[i].holds || t->look[i].obj == CLOCK)
			return; /* it will unlock what it has locked in this round: others may wait for that; or it may be over */
		if (t->look[i].obj >= 0)
			round[n++] = t->look[i];
	}
	if (n == 0 || n > MAX_MORE)
		return;
	if (op->kind == OP_LOCK && n > 1) { /* its unlock comes last: see prim.Op.More */
		struct look lock = round[0];
		memmove(round, round + 1, (n - 1) * sizeof *round);
		round[n - 1] = lock;
	}
	op->spin = 1;
	op->nmore = n;
	for (int i = 0; i < n; i++) {
		t->look[i] = round[i];
		op->more[i] = round[i].obj;
	}
	t->looks = n;
}

/* Notes the last operation, for which it has been asked whether the thread comes round, and which has left everything as it was, or locks. */
void ipc_looked(const uint64_t *frame, struct object *o)
{
	struct thread *t = rt->current;
	if (t->op.spin || t->looks == LOOKS)
		t->looks = 0;
	struct look *l = &t->look[t->looks++];
	l->pc = frame[7];
	l->state = t->here;
	l->obj = o ? o->id : NOTHING;
	l->version = o ? o->version : 0;
	l->holds = false;
}

/* The thread has changed something. */
void ipc_wrote(void)
{
	struct thread *t = rt->current;
	t->looks = t->rounds = 0;
	t->sites = 0;
	t->writes++;
}

/* What a thread has looked at since it has slept at the same place before: how many objects. */
static int looked_at(const struct thread *t, uint64_t pc, struct look round[MAX_MORE])
{
	int n = 0, from = t->looks - 1;
	while (from >= 0 && (t->look[from].obj >= 0 || t->look[from].pc != pc))
		from--;
	for (int i = from + 1; from >= 0 && i < t->looks && n < MAX_MORE; i++)
		if (t->look[i].obj >= 0)
			round[n++] = t->look[i];
	return n;
}

/* A loop that sleeps, and counts how often it has, say: it is never where it was before. When it has
   found the same several times, it sleeps until that changes, or until nobody else can go
   on: so the others get their turns, and it may give up. seconds: that pass in the second case. */
static void sleep_on(const uint64_t *frame, int64_t seconds)
{
	enum { PATIENCE = 4 };
	struct thread *t = rt->current;
	struct look round[MAX_MORE];
	int n = looked_at(t, frame[7], round);
	if (n == 0)
		return;
	bool same = true;
	struct op op = ipc_op(OP_CHOOSE, -1);
	for (int i = 0; i < n; i++) {
		same &= rt->object[round[i].obj].version == round[i].version;
		op.more[i] = round[i].obj;
	}
	t->rounds = same ? t->rounds + 1 : 0;
	if (t->rounds < PATIENCE)
		return;
	job->used |= SLEEPY_LOOPS;
	memcpy(t->look, round, n * sizeof *round);
	op.spin = 1;
	op.nmore = n;
	t->timed = true;
	t->woken = t->timed_out = false;
	ipc_perform(op, frame[7], (const uint64_t *)frame[6]);
	if (t->timed_out)
		ipc_time_passes(seconds, 0);
	t->timed = t->timed_out = false;
	t->looks = t->op.spin = 0;
}

/* The thread looks at the clock. Who does so in a loop does not wait for a change alone. */
void ipc_looks_at_clock(const uint64_t *frame)
{
	struct thread *t = rt->current;
	sleep_on(frame, 1);
	ipc_looked(frame, NULL);
	t->look[t->looks - 1].obj = CLOCK;
	t->idle = t->sites = 0;
	t->anchor = 0;
}

/* sched_yield, and calls that sleep: any thread may be slow, so they order nothing. A loop
   that does nothing else is one that waits for ever, unless it reads what is not known to
   be shared. */
int ipc_yield(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (!t)
		return 0;
	ipc_returned(frame + 8);
	int k = round_begins(t, frame);
	bool reads = false;
	for (int i = k; k >= 0 && i < t->looks; i++)
		reads |= t->look[i].obj >= 0;
	if (k >= 0 && !reads) {
		ipc_reveal(t);
		ipc_perform(ipc_op(OP_BLOCK, -1), frame[7], (const uint64_t *)frame[6]);
	}
	if (k < 0)
		sleep_on(frame, 0);
	ipc_looked(frame, NULL);
	return 0;
}

#define SLEEPS(name, first, second, third, passes)                                                                          \
	int name(first, second, third, uint64_t d, uint64_t e, const uint64_t *frame)                                       \
	{                                                                                                                   \
		if (ipc_current())                                                                                          \
			passes;                                                                                             \
		ipc_ask_whether_canceled(frame);                                                                            \
		return ipc_yield(0, 0, 0, 0, 0, frame);                                                                     \
	}

SLEEPS(ipc_sleep, unsigned seconds, uint64_t b, uint64_t c, ipc_time_passes(seconds, 0))
SLEEPS(ipc_usleep, unsigned microseconds, uint64_t b, uint64_t c, ipc_time_passes(0, microseconds * 1000ll))
SLEEPS(ipc_nanosleep, const struct timespec *time, uint64_t b, uint64_t c, ipc_time_passes(time->tv_sec, time->tv_nsec))
SLEEPS(ipc_clock_nanosleep, clockid_t clock, uint64_t flags, const struct timespec *time, (int)flags & TIMER_ABSTIME ? ipc_time_is(time) : ipc_time_passes(time->tv_sec, time->tv_nsec))
