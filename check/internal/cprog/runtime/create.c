/* New threads, and those of new processes: their numbers, stacks and variables. */
#include "rt.h"

/* Clears what an earlier execution has left on a stack: from the top down to where there
   is nothing for a kilobyte. */
static void clean(char *top)
{
	enum { WORDS = 8 }; /* that are looked at together: mostly nothing is left */
	uint64_t *p = (uint64_t *)top, *bottom = (uint64_t *)(top - STACK + PAGE);
	for (int empty = 0; p > bottom && empty < 128; empty += WORDS) {
		p -= WORDS;
		if (!(p[0] | p[1] | p[2] | p[3] | p[4] | p[5] | p[6] | p[7]))
			continue;
		memset(p, 0, WORDS * sizeof *p);
		empty = 0;
	}
}

/* A new thread has the number of the same child of the same parent in all executions. */
static struct thread *number(struct thread *parent, uint64_t pc)
{
	int child = parent ? parent->kids++ : 0;
	int32_t *id = child < MAX_THREADS ? &wire->ids[parent ? parent->id + 1 : 0][child] : NULL;
	if (!id || (*id < 0 && wire->nids == MAX_THREADS))
		ipc_unsupported("the program makes more threads and processes than are controlled, 64 in all: let it make fewer", pc);
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
struct thread *ipc_new_thread(struct thread *parent, uint64_t pc)
{
	struct thread *t = number(parent, pc);
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
struct thread *ipc_new_child(struct thread *parent, uint64_t pc)
{
	struct thread *t = number(parent, pc);
	memcpy(t->specific, parent->specific, sizeof t->specific);
	t->top = parent->top;
	t->tcb = parent->tcb;
	t->locals = parent->locals;
	t->forked = true;
	return t;
}
