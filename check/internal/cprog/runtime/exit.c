/* The end of the program: exit, abort, assertions that fail; and what is called then. */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rt.h"

/* What is called at the end: of a thread, or of the program. It is in the program's memory, so each process
   has its own. */
struct last {
	void (*function)(void *);
	void *argument;
	struct last *before;
};

static void add(struct last **list, void (*function)(void *), void *argument)
{
	struct last *l = malloc(sizeof *l);
	*l = (struct last){function, argument, *list};
	*list = l;
}

static void call(struct last **list)
{
	while (*list) {
		struct last l = **list;
		free(*list);
		*list = l.before;
		l.function(l.argument);
	}
}

static struct last *at_exit; /* the last one first */

/* Something is to be called when the process ends. */
bool ipc_has_handlers(void) { return at_exit; }

static void without_argument(void *function) { ((void (*)(void))function)(); }

int atexit(void (*function)(void))
{
	ipc_in_turn(&at_exit, PC, FRAME);
	add(&at_exit, without_argument, function);
	return 0;
}

int on_exit(void (*function)(int, void *), void *argument) { ipc_unsupported("on_exit is not controlled", PC); }

/* Destructors of the program's variables in C++; those of libraries have nothing to do with it. */
int __cxa_atexit(void (*function)(void *), void *argument, void *object)
{
	extern void *__dso_handle;
	if (object == &__dso_handle)
		add(&at_exit, function, argument);
	return 0;
}

/* Those of thread-local variables. */
int __cxa_thread_atexit(void (*function)(void *), void *argument, void *object)
{
	add(ipc_current() ? &ipc_current()->locals : &at_exit, function, argument);
	return 0;
}

void ipc_destroy_locals(struct thread *t) { call(&t->locals); }

/* Whether a thread waits for one of a set: for its end, or for what it has locked. free: what
   has no owner counts, too, as a signal does, which any of the set might have sent. */
static bool waits_for(const struct thread *t, uint64_t set, bool free)
{
	const struct object *o = t->op.obj >= 0 ? &rt->object[t->op.obj] : NULL;
	int whom = -1;
	switch (t->op.kind) {
	case OP_EXIT:
		return true;
	case OP_JOIN:
		whom = ((const struct thread *)o->address)->id;
		break;
	case OP_LOCK:
	case OP_R_LOCK:
		whom = o->owner - 1;
		break;
	case OP_COND_WAKE:
		whom = t->woken ? o->owner - 1 : -1;
		break;
	}
	return whom < 0 ? free : set >> whom & 1;
}

/* Whether some thread waits forever, whose wait the end of the program does not explain. One
   that calls exit could still have done what others wait for, had it not done that: their
   waits are no fault of the program. By its return from main it has done all that it does; and
   if it is main that calls exit, who waits for a signal, or the like, is left behind. */
static bool somebody_waits(const struct thread *last, bool by_call)
{
	uint64_t pending = 0, explained = by_call ? 1ull << last->id : 0;
	for (int i = 0; i < rt->threads; i++)
		if (rt->thread[i].state == PENDING)
			pending |= 1ull << i;
	for (uint64_t before = ~explained; before != explained;) {
		before = explained;
		for (int i = 0; i < rt->threads; i++) {
			const struct thread *t = &rt->thread[i];
			if (pending >> i & 1 && t->process == 0 && waits_for(t, explained, by_call && last->id != 0))
				explained |= 1ull << i;
		}
	}
	for (int i = 0; i < rt->threads; i++)
		if (pending & explained & 1ull << i)
			rt->thread[i].state = ENDED; /* with the process */
	return pending & ~explained;
}

/* The process ends when nobody else can go on: a thread that is left may get as far as it
   likes before that. by_call: of a function, and not by the return of main. */
static void leave(int status, bool flushed, bool by_call, uint64_t pc, const uint64_t *frame) __attribute__((noreturn));
static void leave(int status, bool flushed, bool by_call, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (t->process && !flushed)
		ipc_lose_output();
	if (t->process)
		ipc_exit_process((status & 0xff) << 8, pc, frame);
	uint64_t others = 0;
	bool unjoined = false;
	for (int i = 0; i < rt->threads; i++) {
		struct thread *o = &rt->thread[i];
		others |= o != t && o->process == 0 && o->state != ENDED && o->state != ABSENT;
		unjoined |= o != t && o->process == 0 && !o->joined;
	}
	if (unjoined && wire->prints) { /* what they print after that may be lost */
		ipc_prints(STDOUT_FILENO, pc, frame);
		rt->leaves = true;
	}
	struct op op = ipc_op(OP_EXIT, -1);
	op.arg = status;
	ipc_perform(op, pc, frame);
	if (!flushed)
		ipc_lose_output();
	job->left = others != 0;
	t->state = ENDED;
	if (job->status) {
		job->crash_pc = 0;
		ipc_report(FAILED, "exit status %d", job->status);
	}
	if (rt->fault.end == DONE)
		ipc_left_behind();
	ipc_finish(somebody_waits(t, by_call) ? DEADLOCK : DONE);
}

static void leave_by(int status, bool handlers, bool by_call, uint64_t pc, const uint64_t *frame) __attribute__((noreturn));
static void leave_by(int status, bool handlers, bool by_call, uint64_t pc, const uint64_t *frame)
{
	if (!ipc_ready || !rt->current) {
		ipc_syscall(SYS_exit_group, status, 0, 0, 0, 0, 0);
		__builtin_unreachable();
	}
	/* What is said first counts: functions of atexit do not turn a failure into a success. */
	if (!rt->current->process && !job->status && !ipc_failed())
		job->status = status & 0xff;
	if (handlers) {
		call(&rt->current->locals);
		call(&at_exit);
		fflush(NULL);
	}
	leave(status, handlers, by_call, pc, frame);
}

void ipc_exit(int status, uint64_t pc) { leave_by(status, true, false, pc, NULL); }
void exit(int status) { leave_by(status, true, true, PC, FRAME); }
void _exit(int status) { leave_by(status, false, true, PC, FRAME); }
void _Exit(int status) { leave_by(status, false, true, PC, FRAME); }
void quick_exit(int status) { leave_by(status, false, true, PC, FRAME); }

void abort(void)
{
	if (!ipc_ready || !rt->current)
		ipc_die("the program aborts before main");
	job->crash_pc = PC;
	ipc_crash("abort");
}

void __assert_fail(const char *expression, const char *file, unsigned line, const char *function)
{
	if (!ipc_ready || !rt->current)
		ipc_die("an assertion fails before main");
	job->crash_pc = PC;
	ipc_fail("assertion failed: %s", expression);
}

/* What the C++ library demands of who calls it, such as an element that is there. */
void _ZSt21__glibcxx_assert_failPKciS0_S0_(const char *file, int line, const char *function, const char *condition)
{
	if (!ipc_ready || !rt->current)
		ipc_die("an assertion of the C++ library fails before main");
	job->crash_pc = PC;
	ipc_crash("the C++ library demands %s", condition);
}
