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

/* The process ends when nobody else can go on: a thread that is left may get as far as it
   likes before that. */
static void leave(int status, bool flushed, uint64_t pc, const uint64_t *frame) __attribute__((noreturn));
static void leave(int status, bool flushed, uint64_t pc, const uint64_t *frame)
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
	bool blocked = false;
	for (int i = 0; i < rt->threads; i++)
		blocked |= rt->thread[i].state == PENDING;
	ipc_finish(blocked ? DEADLOCK : DONE);
}

static void leave_by(int status, bool handlers, uint64_t pc, const uint64_t *frame) __attribute__((noreturn));
static void leave_by(int status, bool handlers, uint64_t pc, const uint64_t *frame)
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
	leave(status, handlers, pc, frame);
}

void ipc_exit(int status, uint64_t pc) { leave_by(status, true, pc, NULL); }
void exit(int status) { leave_by(status, true, PC, FRAME); }
void _exit(int status) { leave_by(status, false, PC, FRAME); }
void _Exit(int status) { leave_by(status, false, PC, FRAME); }
void quick_exit(int status) { leave_by(status, false, PC, FRAME); }

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
