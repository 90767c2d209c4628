/* The beginning of the program: before main it gives itself over to the command. */
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "rt.h"

extern char __executable_start, etext;
bool ipc_ready;

long ipc_syscall(long n, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return result;
}

void ipc_die(const char *message)
{
	ipc_syscall(SYS_write, 2, (long)message, strlen(message), 0, 0, 0);
	ipc_syscall(SYS_write, 2, (long)"\n", 1, 0, 0, 0);
	ipc_syscall(SYS_exit_group, 125, 0, 0, 0, 0, 0);
	__builtin_unreachable();
}

/* Tells the command that it is its turn, and waits until it has answered. */
void ipc_tell(char what)
{
	long n;
	while (ipc_syscall(SYS_write, 5, (long)&what, 1, 0, 0, 0) == -EINTR)
		;
	while ((n = ipc_syscall(SYS_read, 4, (long)&what, 1, 0, 0, 0)) == -EINTR)
		;
	if (n != 1)
		ipc_syscall(SYS_exit_group, 0, 0, 0, 0, 0, 0);
}

static void map(char *at, size_t size, int protection, int flags, int fd, size_t offset)
{
	if (ipc_syscall(SYS_mmap, (long)at, size, PROT_READ | PROT_WRITE | protection, flags | MAP_FIXED, fd, offset) != (long)at)
		ipc_die("the memory that the command and the program share cannot be mapped");
}

static bool on_guard(const char *a) { return a >= STACKS && a < STACKS + (size_t)MAX_THREADS * STACK && (a - STACKS) % STACK < PAGE; }

/* Has the thread that a signal has come to stop, on its own stack: others may need that of
   the handler. */
static void stop_by(int signal, ucontext_t *c, bool overflow)
{
	uint64_t sp = overflow ? (uint64_t)rt->current->top : (uint64_t)c->uc_mcontext.gregs[REG_RSP] - 512;
	c->uc_mcontext.gregs[REG_RSP] = (sp & ~15ull) - 24;
	c->uc_mcontext.gregs[REG_RIP] = (greg_t)(uint64_t)ipc_stop;
	c->uc_mcontext.gregs[REG_RDI] = signal;
}

/* The calls of a thread whose stack is full, for the command, which knows what is the program's code. */
static void note_calls(const char *guard)
{
	const uint64_t *word = (const uint64_t *)(guard - (guard - STACKS) % STACK + PAGE);
	job->idles = 0;
	for (int i = 0; i < 4096 && job->idles < MAX_IDLE; i++)
		if (word[i] >= wire->code_begin && word[i] < wire->code_end)
			job->idle[job->idles++] = word[i];
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
	char *address = info->si_addr;
	uint64_t pc = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
	if (signal == SIGSEGV && ipc_touch(address))
		return;
	if (!rt->current) {
		if (signal == SIGVTALRM)
			return;
		ipc_die("the program dies before it has begun");
	}
	if (signal == SIGVTALRM) {
		rt->still = rt->progress == rt->seen ? rt->still + 1 : 0;
		rt->seen = rt->progress;
		if (rt->still < wire->patience)
			return;
		job->crash_pc = pc + 1;
		job->where = rt->current->id;
		ipc_finish(NO_PROGRESS);
	}
	bool overflow = signal == SIGSEGV && on_guard(address);
	job->crash_pc = pc + 1; /* as where a call returns to */
	if (overflow) {
		note_calls(address);
		ipc_report(CRASHED, "stack overflow");
	} else if (signal == SIGFPE)
		ipc_report(CRASHED, "division by zero, or another arithmetic error");
	else if (signal == SIGSEGV && info->si_code == SI_KERNEL)
		ipc_report(CRASHED, "segmentation fault: what is followed is no address, but perhaps what malloc has left there");
	else if (signal == SIGSEGV && address < (char *)PAGE)
		ipc_report(CRASHED, "segmentation fault: a null pointer is followed");
	else if (signal == SIGSEGV)
		ipc_report(CRASHED, "segmentation fault at address %p", address);
	else
		ipc_report(CRASHED, "signal %d at address %p", signal, address);
	stop_by(signal, context, overflow);
}

/* Every five seconds: a thread that has done nothing for so long, and has not used the
   processor, waits in the C library for what nobody will do. */
static void on_tick(int signal, siginfo_t *info, void *context)
{
	struct timespec used;
	ipc_syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, (long)&used, 0, 0, 0, 0);
	int64_t now = used.tv_sec * 1000 + used.tv_nsec / 1000000;
	bool idle = rt->current && !rt->asks && rt->progress == rt->ticked && now - rt->used < 100;
	rt->ticked = rt->progress;
	rt->used = now;
	rt->idle_ticks = idle ? rt->idle_ticks + 1 : 0;
	if (rt->idle_ticks == 2)
		ipc_unsupported("the program waits in the C library, in a way that is not controlled", rt->current->pc);
}

/* Of the C library: this one's is the program's. */
static void handle(int signal, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART};
	int (*real)(int, const struct sigaction *, struct sigaction *) = dlsym(RTLD_NEXT, "sigaction");
	if (real(signal, &action, NULL))
		ipc_die("signals cannot be handled");
}

/* Takes the place of the program's main. */
static int control(int argc, char **argv, char **envp) __attribute__((noreturn));
static int control(int argc, char **argv, char **envp)
{
	rt->argc = argc;
	rt->argv = argv;
	rt->envp = envp;
	wire->code_begin = (uint64_t)&__executable_start;
	wire->code_end = (uint64_t)&etext;
	wire->sizes[0] = sizeof(struct wire_memory);
	wire->sizes[1] = sizeof(struct event);
	wire->sizes[2] = sizeof(struct thread_report);
	wire->sizes[3] = sizeof(struct object_report);
	stack_t stack = {.ss_sp = rt->signal_stack, .ss_size = sizeof rt->signal_stack};
	sigaltstack(&stack, NULL);
	static const int handled[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGVTALRM};
	for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
		handle(handled[i], on_signal);
	for (int i = 0; i < MAX_THREADS; i++)
		ipc_syscall(SYS_mprotect, (long)(STACKS + (size_t)i * STACK), PAGE, PROT_NONE, 0, 0, 0);
	ipc_streams();
	__libc_single_threaded = 0; /* it knows of no thread of ours: the C++ library would leave out what is atomic */
	ipc_ready = true;
	ipc_tls_snapshot();
	ipc_heap_snapshot();
	ipc_snapshot();
	struct itimerval tick = {{0, 1000000 / TICKS}, {0, 1000000 / TICKS}};
	ipc_syscall(SYS_setitimer, ITIMER_VIRTUAL, (long)&tick, 0, 0, 0, 0);
	handle(SIGALRM, on_tick);
	tick = (struct itimerval){{5, 0}, {5, 0}};
	ipc_syscall(SYS_setitimer, ITIMER_REAL, (long)&tick, 0, 0, 0, 0);
	for (;;) {
		ipc_tell('d');
		for (int i = 0; i < wire->todos; i++) {
			job = &wire->jobs[wire->todo[i]];
			ipc_run();
			ipc_restore();
		}
	}
}

/* Addresses are the same in all runs. */
static void fix_addresses(char **argv)
{
	if (!getenv("IPCCHECK_FIXED") && !(personality(0xffffffff) & ADDR_NO_RANDOMIZE) && personality(ADDR_NO_RANDOMIZE | personality(0xffffffff)) >= 0) {
		setenv("IPCCHECK_FIXED", "1", 1);
		execve("/proc/self/exe", argv, environ);
	}
	unsetenv("IPCCHECK_FIXED");
}

/* What stacks are to be besides: functions inside of others have code there. */
static int on_the_stack(void)
{
	const ElfW(Phdr) *h = (const void *)getauxval(AT_PHDR);
	for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
		if (h[i].p_type == PT_GNU_STACK && h[i].p_flags & PF_X)
			return PROT_EXEC;
	return 0;
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void), void (*loader)(void), void *stack)
{
	int (*real)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *) = dlsym(RTLD_NEXT, "__libc_start_main");
	int private = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	environ = argv + argc + 1;
	fix_addresses(argv);
	map(RUNTIME, sizeof(struct runtime), 0, private, -1, 0);
	map(WIRE, sizeof(struct wire_memory), 0, MAP_SHARED, 3, 0);
	map(STDIN, STDIN_SIZE, 0, MAP_SHARED, 3, (sizeof(struct wire_memory) + PAGE - 1) & ~(size_t)(PAGE - 1));
	map(STACKS, (size_t)MAX_THREADS * STACK, on_the_stack(), private, -1, 0);
	map(SHARED, SHARED_SIZE, 0, private, -1, 0);
	map(CLOCKS, (size_t)1 << 30, 0, private, -1, 0);
	rt->main = main;
	job = wire->jobs;
	return real(control, argc, argv, init, fini, loader, stack);
}
