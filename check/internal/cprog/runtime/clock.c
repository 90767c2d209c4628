/* What happens before what: clocks of the threads. */
#include "rt.h"

void ipc_join_clock(struct clock *to, const struct clock *from)
{
	for (int i = 0; i < rt->threads; i++)
		if (from->of[i] > to->of[i])
			to->of[i] = from->of[i];
	if (from->time > to->time)
		to->time = from->time;
}

/* A thread may do something yet, or what it has done is not ordered before what the current one does now. */
bool ipc_beside(const struct thread *t)
{
	const struct thread *me = rt->current;
	return t != me && t->state != ABSENT && (t->state != ENDED || me->clock.of[t->id] + 1 < t->clock.of[t->id]);
}

/* Nobody else can do anything any more, or what the thread does now comes after it. */
bool ipc_alone(void)
{
	for (int i = 0; i < rt->threads; i++)
		if (ipc_beside(&rt->thread[i]))
			return false;
	return true;
}

/* The same of the other threads of its process. */
bool ipc_alone_in_process(void)
{
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].process == rt->current->process && ipc_beside(&rt->thread[i]))
			return false;
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
