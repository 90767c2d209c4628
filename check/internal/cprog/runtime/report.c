/* What is reported of the threads. */
#include "rt.h"

static bool readable(const uint64_t *frame)
{
	return (char *)frame >= STACKS && (char *)frame < STACKS + (size_t)MAX_THREADS * STACK && ((uintptr_t)frame & 7) == 0;
}

/* The calls that lead to an operation, innermost first. The program is compiled with
   frame pointers. */
void ipc_walk(const struct thread *t, uint64_t frames[MAX_FRAMES])
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

static void report_thread(const struct thread *t, struct thread_report *r)
{
	r->there = t->state != ABSENT;
	r->parent = t->parent;
	r->spawn_at = t->spawn_at;
	r->seq = t->seq;
	r->ended = t->state == ENDED;
	r->woken = t->woken;
	r->enabled = t->state == PENDING && ipc_enabled(t);
	r->pc = t->pc;
	r->entry = (uint64_t)t->start;
	r->created = t->created;
	r->process = t->process;
	r->joined = !t->detached;
	ipc_copy_op(&r->op, &t->op);
	if (job->positions && t->state == PENDING)
		memcpy(r->frames, t->frames, sizeof r->frames);
	else
		memset(r->frames, 0, sizeof r->frames);
}

void ipc_report_threads(void)
{
	job->threads = rt->threads;
	job->objects = rt->objects;
	for (int i = 0; i < rt->threads; i++)
		report_thread(&rt->thread[i], &job->thread[i]);
}
