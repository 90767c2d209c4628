/* How an execution ends, and what the program fails by. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "rt.h"

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
