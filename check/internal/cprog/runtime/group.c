/* What is set of a process, and changes nothing that other processes of the program see, unless
   one asks for a group of them. */
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rt.h"

/* Each process belongs to the program's group, until one leaves it. After that there is no
   saying which those are that are meant. */
static int of_group(bool leaves, bool asks, uint64_t pc)
{
	rt->leave_group |= leaves;
	rt->ask_for_group |= asks;
	if (rt->leave_group && rt->ask_for_group)
		ipc_unsupported("groups of processes, in a program that makes some with setsid or setpgid, are not controlled: name each process", pc);
	return 0;
}

void ipc_asks_for_group(uint64_t pc) { of_group(false, true, pc); }

pid_t setsid(void)
{
	of_group(true, false, PC);
	return getpid();
}

int setpgid(pid_t pid, pid_t group) { return of_group(true, false, PC); }
int setpgrp(void) { return of_group(true, false, PC); }

pid_t getpgrp(void)
{
	of_group(false, true, PC);
	return FIRST_PID;
}

mode_t umask(mode_t mask)
{
	struct process *p = &rt->process[ipc_current() ? ipc_current()->process : 0];
	mode_t old = p->mask;
	p->mask = mask & 0777;
	return old;
}

int prctl(int what, ...)
{
	if (what != PR_SET_NAME)
		ipc_unsupported("prctl is controlled with PR_SET_NAME only", PC);
	va_list more;
	va_start(more, what);
	char name[16];
	strncpy(name, va_arg(more, const char *), sizeof name - 1);
	va_end(more);
	name[sizeof name - 1] = 0;
	return pthread_setname_np(pthread_self(), name);
}
