/* Local variables of which others have the address: they are gone when their function has
   returned, or their thread has ended. */
#include <signal.h>

#include "rt.h"

/* The thread of this process whose stack it is, NULL if none has it. */
static struct thread *owner(uint64_t address)
{
	char *top = STACKS + ((char *)address - STACKS) / STACK * STACK + STACK;
	for (int i = 0; i < rt->threads; i++) {
		struct thread *t = &rt->thread[i];
		if (t->state != ABSENT && t->process == rt->current->process && t->top == top)
			return t;
	}
	return NULL;
}

static void crash(bool write, const char *of, uint64_t pc) __attribute__((noreturn));
static void crash(bool write, const char *of, uint64_t pc)
{
	job->crash_pc = pc;
	ipc_crash("%s a local variable of a %s", write ? "write to" : "read of", of);
}

/* An access of the thread that executes. sp: its stack where the access is made. */
void ipc_stack_access(uint64_t address, bool write, uint64_t pc, const uint64_t *sp)
{
	static const char returned[] = "function that has returned";
	struct thread *t = rt->current;
	if (!ipc_on_a_stack(address))
		return;
	struct thread *o = t->top - (char *)address <= STACK && (char *)address < t->top ? t : owner(address);
	if (o == t && address < (uint64_t)sp)
		crash(write, returned, pc);
	if (!o || o == t)
		return;
	if (o->state == ENDED && o->id != o->process)
		crash(write, "thread that has ended", pc);
	if (o->state == ENDED)
		return;
	if (address < (uint64_t)(o->state == PENDING && o->stack ? o->stack : o->sp))
		crash(write, returned, pc);
	for (int i = 0; i < o->lent; i++)
		if (o->loan[i].address == address && o->loan[i].thread == t->id) {
			o->loan[i].clock = t->clock.of[t->id];
			return;
		}
	if (o->lent < LOANS)
		o->loan[o->lent++] = (struct loan){address, pc, t->clock.of[t->id], t->id, write};
}

/* All below is gone: whoever has accessed it, and is not ordered before this, may come later. */
void ipc_returned(const uint64_t *sp)
{
	struct thread *t = rt->current;
	int n = 0;
	for (int i = 0; i < t->lent; i++) {
		struct loan l = t->loan[i];
		if (l.clock <= t->clock.of[l.thread])
			continue;
		if (l.address < (uint64_t)sp) {
			rt->current = &rt->thread[l.thread];
			job->crash_pc = l.pc;
			ipc_report(CRASHED, "%s a local variable of a function that may have returned: nothing orders the two", l.write ? "write to" : "read of");
			rt->current = t;
			ipc_stop(SIGABRT);
		}
		t->loan[n++] = l;
	}
	t->lent = n;
}
