/* Signals. Each thread has an object for those that come to it; they are delivered before
   its next operation, or interrupt the one that it waits with. A handler runs on the
   stack of its thread. */
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

#include "rt.h"

static uint64_t bit(int signal) { return 1ull << (signal - 1); }
static bool valid(int signal) { return signal > 0 && signal < SIGNALS_END; }
static struct process *of(const struct thread *t) { return &rt->process[t->process]; }
static uint64_t bits(const sigset_t *set) { return set->__val[0]; }
static void set_bits(sigset_t *set, uint64_t bits) { if (set) *set = (sigset_t){{bits}}; }

/* These cannot be blocked. */
static const uint64_t unblockable = 1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1);
/* By default nothing happens when they come. */
static const uint64_t harmless = 1ull << (SIGCHLD - 1) | 1ull << (SIGURG - 1) | 1ull << (SIGWINCH - 1) | 1ull << (SIGCONT - 1);
static const uint64_t stopping = 1ull << (SIGSTOP - 1) | 1ull << (SIGTSTP - 1) | 1ull << (SIGTTIN - 1) | 1ull << (SIGTTOU - 1);

struct object *ipc_signals_of(struct thread *t)
{
	struct object *o = ipc_object(&t->mask, SIGNALS);
	job->object[o->id].of = t->id;
	return o;
}

/* What comes to a process, comes by its first thread: it is there that it is decided who
   gets it, and what all block is kept. */
static struct thread *first(int process) { return &rt->thread[process]; }

static uint64_t deliverable(const struct thread *t)
{
	uint64_t pending = t->pending | (t == first(t->process) ? of(t)->pending : 0);
	return pending & ~(t->mask & ~unblockable);
}

/* The object counts the signals that have come: of the same one possibly several. It is
   set to how many are left by what an event of the thread itself does. */
static void recount(struct thread *t, struct event *e)
{
	e->arg = ipc_signals_of(t)->n = __builtin_popcountll(deliverable(t));
}

/* An event of a thread about its own signals. */
static struct event *about_mine(int kind, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct event *e = ipc_perform_alone(ipc_op(kind, ipc_signals_of(t)->id), pc, frame);
	ipc_wrote();
	return e;
}

bool ipc_ignores(int process, int signal)
{
	void *handler = rt->process[process].action[signal].handler;
	return handler == SIG_IGN || (handler == SIG_DFL && harmless & bit(signal));
}

/* The same, of a signal that comes to a thread, NULL: all block it. What is blocked, or waited for, is not
   ignored by then. */
static bool drops(int process, const struct thread *to, int signal)
{
	return ipc_ignores(process, signal) && to && !((to->mask | to->awaits) & bit(signal));
}

static void comes(struct thread *to, int signal)
{
	if (signal >= SIGRTMIN && (to->pending | of(to)->pending) & bit(signal))
		ipc_unsupported("a real-time signal that comes again before it is handled is not controlled", 0);
	to->pending |= bit(signal);
	of(to)->sender[signal] = ipc_current()->process;
}

static void send_to(struct thread *to, int signal, uint64_t pc, const uint64_t *frame)
{
	struct object *o = ipc_signals_of(to);
	struct event *e = ipc_perform(ipc_op(OP_SIG_SEND, o->id), pc, frame);
	ipc_wrote();
	ipc_release(ipc_current(), &o->clock);
	if (to->state == ENDED || to->dying || drops(to->process, to, signal))
		return;
	comes(to, signal);
	if (deliverable(to) & bit(signal)) {
		o->n++;
		e->arg = 1;
	}
}

/* The thread that a signal to a process comes to: the first one that does not block it,
   NULL if all do. */
static struct thread *receiver(int process, int signal)
{
	for (int i = 0; i < rt->threads; i++) {
		struct thread *t = &rt->thread[i];
		uint64_t mask = t == first(process) ? t->mask : t->published;
		if (t->process == process && t->state != ENDED && t->state != ABSENT && !(mask & ~unblockable & bit(signal)))
			return t;
	}
	return NULL;
}

/* A signal to the process has come to its first thread, in an event. */
static void came(int process, int signal, struct event *e, uint64_t pc, const uint64_t *frame)
{
	struct thread *to = receiver(process, signal);
	rt->process[process].sender[signal] = ipc_current()->process;
	if (rt->process[process].exited || first(process)->dying || drops(process, to, signal))
		return;
	if (!to && signal >= SIGRTMIN && rt->process[process].pending & bit(signal))
		ipc_unsupported("a real-time signal that comes again before it is handled is not controlled", pc);
	if (!to)
		rt->process[process].pending |= bit(signal);
	else if (to != first(process))
		send_to(to, signal, pc, frame);
	else {
		comes(to, signal);
		ipc_signals_of(to)->n++;
		e->arg++;
	}
}

void ipc_send_signal(int process, int signal, uint64_t pc, const uint64_t *frame)
{
	if (stopping & bit(signal) && rt->process[process].action[signal].handler == SIG_DFL)
		ipc_unsupported("a signal that stops a process is not controlled", pc);
	struct object *o = ipc_signals_of(first(process));
	struct event *e = ipc_perform(ipc_op(OP_SIG_SEND, o->id), pc, frame);
	ipc_wrote();
	ipc_release(ipc_current(), &o->clock);
	came(process, signal, e, pc, frame);
}

/* The thread dies of a signal, and its process with it. */
static void die(int signal, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (t->process == 0)
		ipc_crash(signal == SIGPIPE ? "SIGPIPE: a write to a pipe whose read end nobody has open" : "SIG%s ends the program", sigabbrev_np(signal) ? sigabbrev_np(signal) : "RT");
	ipc_exit_process(signal, pc, frame);
}

static void handle(const struct action *a, int signal)
{
	job->used |= HANDLERS;
	siginfo_t info = {.si_signo = signal, .si_code = SI_USER, .si_pid = FIRST_PID + of(ipc_current())->sender[signal]};
	struct thread *t = ipc_current();
	t->handling++;
	if (a->flags & SA_SIGINFO)
		((void (*)(int, siginfo_t *, void *))a->handler)(signal, &info, NULL);
	else
		((void (*)(int))a->handler)(signal);
	t->handling--;
}

/* Delivers what has come, in an event of the thread. mask is what it blocks afterwards. */
void ipc_deliver(struct event *e, uint64_t mask, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	ipc_acquire(t, &ipc_signals_of(t)->clock);
	ipc_wrote();
	uint64_t set;
	while ((set = deliverable(t))) {
		int signal = __builtin_ctzll(set) + 1;
		struct action a = of(t)->action[signal];
		t->pending &= ~bit(signal);
		if (t == first(t->process))
			of(t)->pending &= ~bit(signal);
		bool runs = a.handler != SIG_DFL && !ipc_ignores(t->process, signal);
		if (runs) {
			t->mask |= a.mask | (a.flags & SA_NODEFER ? 0 : bit(signal));
			if (a.flags & SA_RESETHAND)
				of(t)->action[signal].handler = SIG_DFL;
		}
		recount(t, e);
		if (!runs) {
			if (!ipc_ignores(t->process, signal))
				die(signal, pc, frame);
			continue;
		}
		handle(&a, signal);
		e = about_mine(OP_SIG_MASK, pc, frame);
		t->mask = mask;
		recount(t, e);
	}
	t->mask = mask;
	recount(t, e);
}

/* Whether a call that waits fails when the signal that has come first is handled. */
bool ipc_will_fail(const struct thread *t, enum failing failing)
{
	uint64_t set = t->alarmed ? bit(SIGALRM) : deliverable(t);
	if (failing == NEVER_FAILS || !set)
		return false;
	const struct action *a = &of(t)->action[__builtin_ctzll(set) + 1];
	if (a->handler == SIG_DFL || a->handler == SIG_IGN)
		return false;
	return failing == FAILS || !(a->flags & SA_RESTART);
}

static void goes_off(struct thread *t)
{
	t->alarmed = false;
	of(t)->alarm = of(t)->again ? rt->announcements++ + 1 : 0;
	if (!drops(t->process, t, SIGALRM))
		comes(t, SIGALRM);
}

/* The thread's alarm goes off. */
void ipc_alarm(uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct event *e = about_mine(OP_SIG_MASK, pc, frame);
	goes_off(t);
	recount(t, e);
	ipc_deliver(e, t->mask, pc, frame);
}

void ipc_raise(int signal, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct event *e = about_mine(OP_SIG_MASK, pc, frame);
	if (!drops(t->process, t, signal))
		comes(t, signal);
	recount(t, e);
	ipc_deliver(e, t->mask, pc, frame);
}

int raise(int signal)
{
	if (!ipc_ready || !rt->current)
		ipc_die("the program raises a signal before main");
	if (!valid(signal)) {
		errno = EINVAL;
		return -1;
	}
	job->crash_pc = PC;
	ipc_raise(signal, PC, FRAME);
	job->crash_pc = 0;
	return 0;
}

static int send_or_raise(int process, int signal, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (rt->process[process].reaped) {
		errno = ESRCH;
		return -1;
	}
	if (signal && t == first(process)) { /* it gets what it sends before kill returns */
		struct event *e = about_mine(OP_SIG_MASK, pc, frame);
		recount(t, e);
		came(process, signal, e, pc, frame);
		e = about_mine(OP_SIG_MASK, pc, frame);
		recount(t, e);
		ipc_deliver(e, t->mask, pc, frame);
	} else if (signal)
		ipc_send_signal(process, signal, pc, frame);
	return 0;
}

int kill(pid_t pid, int signal)
{
	int process = pid - FIRST_PID;
	if (signal && !valid(signal)) {
		errno = EINVAL;
		return -1;
	}
	if (pid > 0) {
		if (ipc_is_process(process))
			return send_or_raise(process, signal, PC, FRAME);
		errno = ESRCH;
		return -1;
	}
	if (pid != 0 && pid != -FIRST_PID)
		ipc_unsupported("kill of a group of processes other than the program's own is not controlled", PC);
	ipc_asks_for_group(PC);
	int me = ipc_current()->process;
	for (int i = 0; i < rt->threads; i++)
		if (i != me && ipc_is_process(i) && !rt->process[i].exited)
			send_or_raise(i, signal, PC, FRAME);
	return send_or_raise(me, signal, PC, FRAME);
}

int killpg(pid_t group, int signal) { return kill(-group, signal); }

int pthread_kill(pthread_t p, int signal)
{
	struct thread *t = (struct thread *)p;
	if (signal && !valid(signal))
		return EINVAL;
	if (!ipc_thread(p) || t->state == ENDED)
		return ESRCH;
	if (t == ipc_current() && signal)
		ipc_raise(signal, PC, FRAME);
	else if (signal)
		send_to(t, signal, PC, FRAME);
	return 0;
}

/* What happens when a signal comes. */

static struct action act(int signal, struct action a, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct action was = of(t)->action[signal];
	if (t->id || rt->threads > 1) /* what has come is dealt with as it was to be */
		recount(t, ipc_perform(ipc_op(OP_SIG_MASK, ipc_signals_of(t)->id), pc, frame));
	of(t)->action[signal] = a;
	of(t)->handles = false;
	for (int i = 1; i < SIGNALS_END; i++)
		of(t)->handles |= of(t)->action[i].handler != SIG_DFL && of(t)->action[i].handler != SIG_IGN;
	if (ipc_ignores(t->process, signal))
		t->pending &= ~bit(signal);
	ipc_wrote();
	return was;
}

static bool can_be_handled(int signal)
{
	if (valid(signal) && !(unblockable & bit(signal)))
		return true;
	errno = EINVAL;
	return false;
}

int sigaction(int signal, const struct sigaction *new, struct sigaction *old)
{
	if (!can_be_handled(signal))
		return -1;
	struct action a = of(ipc_current())->action[signal];
	if (new)
		a = act(signal, (struct action){new->sa_handler, bits(&new->sa_mask), new->sa_flags}, PC, FRAME);
	if (old) {
		*old = (struct sigaction){.sa_handler = a.handler, .sa_flags = a.flags};
		set_bits(&old->sa_mask, a.mask);
	}
	return 0;
}

static void *install(int signal, void *handler, int flags, uint64_t pc, const uint64_t *frame)
{
	return can_be_handled(signal) ? act(signal, (struct action){handler, 0, flags}, pc, frame).handler : SIG_ERR;
}

sighandler_t signal(int signal, sighandler_t handler) { return install(signal, handler, SA_RESTART, PC, FRAME); }

int siginterrupt(int signal, int yes)
{
	struct action *a = &of(ipc_current())->action[signal];
	a->flags = yes ? a->flags & ~SA_RESTART : a->flags | SA_RESTART;
	return 0;
}

/* What a thread blocks. */

/* Lets those know who send signals to the process what a thread other than the first one
   blocks, and takes what has come to the process that it does not. */
static void publish(uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current(), *to = first(t->process);
	if (t == to)
		return;
	struct event *e = ipc_perform_alone(ipc_op(OP_SIG_MASK, ipc_signals_of(to)->id), pc, frame);
	uint64_t mine = of(t)->pending & ~t->mask;
	t->published = t->mask;
	of(t)->pending &= ~mine;
	recount(to, e);
	if (!mine)
		return;
	e = about_mine(OP_SIG_MASK, pc, frame);
	t->pending |= mine;
	recount(t, e);
}

/* Blocks what a mask says from now on. */
static void block(uint64_t mask, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	struct event *e = about_mine(OP_SIG_MASK, pc, frame);
	t->mask = mask;
	recount(t, e);
	publish(pc, frame);
}

static int change_mask(int how, const sigset_t *set, sigset_t *old, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	set_bits(old, t->mask);
	if (!set)
		return 0;
	uint64_t mask = how == SIG_BLOCK ? t->mask | bits(set) : how == SIG_UNBLOCK ? t->mask & ~bits(set) : bits(set);
	if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
		return EINVAL;
	block(mask, pc, frame);
	ipc_deliver(about_mine(OP_SIG_MASK, pc, frame), mask, pc, frame);
	return 0;
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) { return change_mask(how, set, old, PC, FRAME); }

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	int error = change_mask(how, set, old, PC, FRAME);
	errno = error ? error : errno;
	return error ? -1 : 0;
}

int sigpending(sigset_t *set)
{
	struct thread *t = ipc_current();
	recount(t, about_mine(OP_SIG_MASK, PC, FRAME));
	set_bits(set, (t->pending | of(t)->pending) & t->mask);
	return 0;
}

/* Waiting for a signal. */

int pause(void)
{
	ipc_try(ipc_op(OP_SIG_WAIT, ipc_signals_of(ipc_current())->id), FAILS, PC, FRAME);
	return -1;
}

/* Waits until a signal has come, and returns the event in which it is found. */
static struct event *await(uint64_t pc, const uint64_t *frame)
{
	if (wire->signals & CANCELS)
		ipc_unsupported("waiting for a signal, in a program that cancels threads, is not controlled", pc);
	about_mine(OP_SIG_WAIT, pc, frame);
	struct event *e = about_mine(OP_SIG_MASK, pc, frame);
	if (ipc_current()->alarmed)
		goes_off(ipc_current());
	return e;
}

int sigsuspend(const sigset_t *set)
{
	uint64_t mask = ipc_current()->mask;
	block(bits(set), PC, FRAME);
	struct event *e = await(PC, FRAME);
	ipc_deliver(e, mask, PC, FRAME);
	errno = EINTR;
	return -1;
}

/* Takes a signal of a set, when it has come; false: it has not in time. */
static bool take(const sigset_t *set, const struct timespec *timeout, siginfo_t *info, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	uint64_t mask = t->mask, wanted = bits(set);
	t->awaits = wanted;
	block(mask & ~wanted, pc, frame);
	bool early = ipc_early(timeout, pc, frame) || (timeout && !timeout->tv_sec && !timeout->tv_nsec);
	for (;;) {
		t->timed = timeout;
		t->timed_out = false;
		struct event *e = early ? about_mine(OP_SIG_MASK, pc, frame) : await(pc, frame);
		bool timed_out = early || t->timed_out;
		t->timed = t->timed_out = false;
		uint64_t have = deliverable(t) & wanted;
		if (have) {
			int signal = __builtin_ctzll(have) + 1;
			*info = (siginfo_t){.si_signo = signal, .si_code = SI_USER, .si_pid = FIRST_PID + of(t)->sender[signal]};
			t->pending &= ~bit(signal);
			if (t == first(t->process))
				of(t)->pending &= ~bit(signal);
			ipc_acquire(t, &ipc_signals_of(t)->clock);
		}
		if (have || timed_out) {
			recount(t, e);
			block(mask, pc, frame);
			t->awaits = 0;
			return have;
		}
		ipc_deliver(e, mask & ~wanted, pc, frame);
	}
}

int sigwait(const sigset_t *set, int *signal)
{
	siginfo_t info;
	take(set, NULL, &info, PC, FRAME);
	*signal = info.si_signo;
	return 0;
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	siginfo_t taken;
	if (!take(set, timeout, &taken, PC, FRAME)) {
		errno = EAGAIN;
		return -1;
	}
	if (info)
		*info = taken;
	return taken.si_signo;
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info) { return sigtimedwait(set, info, NULL); }

/* Alarms: time passes when nobody can go on. */

static unsigned set_alarm(bool on, bool again)
{
	struct process *p = of(ipc_current());
	unsigned left = p->alarm != 0;
	p->alarm = on ? rt->announcements++ + 1 : 0;
	p->again = on && again;
	job->used |= on ? ALARMS : 0;
	return left;
}

unsigned alarm(unsigned seconds) { return set_alarm(seconds > 0, false); }

static bool some(struct timeval t) { return t.tv_sec || t.tv_usec; }

int setitimer(__itimer_which_t which, const struct itimerval *new, struct itimerval *old)
{
	if (which != ITIMER_REAL)
		ipc_unsupported("setitimer is controlled with ITIMER_REAL only", PC);
	if (old)
		memset(old, 0, sizeof *old);
	set_alarm(some(new->it_value), some(new->it_interval));
	return 0;
}
