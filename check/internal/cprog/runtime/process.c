/* Processes: fork, exit, wait. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rt.h"

/* That a process lives, and the ends of the children of a process, as a semaphore. */
static struct object *life(int process)
{
	bool new = !ipc_known(&rt->process[process], THREAD);
	struct object *o = ipc_object(&rt->process[process], THREAD);
	if (new) {
		o->n = job->object[o->id].n = 1;
		job->object[o->id].of = -process;
	}
	return o;
}

static struct object *children(int process)
{
	struct object *o = ipc_object(&rt->process[process], CHILDREN);
	job->object[o->id].of = -process;
	return o;
}

void ipc_processes_reset(void)
{
	struct image *image = rt->process[0].image;
	memset(&rt->process[0], 0, sizeof rt->process[0]);
	rt->process[0].image = image;
	rt->process[0].parent = -1;
	rt->process[0].mask = 022;
	rt->in_memory = 0;
	rt->leave_group = rt->ask_for_group = false;
	ipc_descriptors_reset();
}

/* What other threads of the process have done by now is part of what is copied: an operation
   if there are some, also of one that has ended and might have done so later. */
static struct event *copies(uint64_t pc, const uint64_t *frame)
{
	if (ipc_alone_in_process())
		return NULL;
	struct event *e = ipc_perform(ipc_op(OP_FORK, -1), pc, frame);
	e->same = 1;
	return e;
}

/* What the process keeps at an address grows, and the order counts: an operation if others of its threads
   may do so before or after. */
void ipc_in_turn(const void *at, uint64_t pc, const uint64_t *frame)
{
	if (!ipc_current() || ipc_alone_in_process())
		return;
	ipc_perform(ipc_op(OP_STORE, ipc_memory((uint64_t)at, 8)->id), pc, frame);
	ipc_wrote();
}

static pid_t copy(uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (!t)
		ipc_die("the program forks before main");
	struct event *e = copies(pc, frame);
	struct process *parent = &rt->process[t->process], made = {.parent = t->process, .handles = parent->handles, .mask = parent->mask};
	memcpy(made.action, parent->action, sizeof made.action);
	memcpy(made.mapping, parent->mapping, sizeof made.mapping);
	ipc_inherit(&made, parent, e, pc);
	ipc_wrote();
	struct thread *child = ipc_new_child(t, pc);
	int id = child->process = child->id;
	made.image = rt->process[id].image;
	rt->process[id] = made;
	ipc_attach_child(t->process, id);
	child->created = pc;
	child->starter = t;
	life(id);
	ipc_inherit_locks(t, child);
	rt->forking = child;
	if (ipc_save(&child->sp, ipc_keep_image, rt->scratch_stack + sizeof rt->scratch_stack - 64) == 0)
		return 0; /* the child, when it goes on for the first time */
	ipc_start(child);
	return FIRST_PID + id;
}

/* What the program has asked for at forks: each process for its own. */
static struct at_fork { void (*prepare)(void), (*parent)(void), (*child)(void); } at_fork[32];
static size_t forks;

static void run(void (*function)(void))
{
	if (function)
		function();
}

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	ipc_in_turn(&forks, PC, FRAME);
	if (forks == sizeof at_fork / sizeof *at_fork)
		ipc_unsupported("pthread_atfork is called more often than is controlled", PC);
	at_fork[forks++] = (struct at_fork){prepare, parent, child};
	return 0;
}

pid_t fork(void)
{
	for (size_t i = forks; i-- > 0;)
		run(at_fork[i].prepare);
	pid_t pid = copy(PC, FRAME);
	for (size_t i = 0; i < forks; i++)
		run(pid ? at_fork[i].parent : at_fork[i].child);
	return pid;
}

pid_t vfork(void) { return copy(PC, FRAME); }
pid_t getpid(void) { return FIRST_PID + (ipc_current() ? ipc_current()->process : 0); }
pid_t getppid(void) { return ipc_current() && ipc_current()->process ? FIRST_PID + rt->process[ipc_current()->process].parent : 1; }
pid_t gettid(void) { return FIRST_PID + (ipc_current() ? ipc_current()->id : 0); }

/* The end of a process that has been forked. */
void ipc_exit_process(int status, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	int id = t->process;
	struct process *p = &rt->process[id], *parent = &rt->process[p->parent];
	t->dying = true;
	ipc_undo(id, pc, frame);
	ipc_give_up(id, pc, frame);
	ipc_close_all(p, pc);
	ipc_detach_all(id);
	p->status = status;
	ipc_post(children(p->parent), pc, frame);
	parent->exited_child[parent->exits++] = id;
	struct object *o = life(id); /* who waits for this child finds what has been posted */
	ipc_perform(ipc_op(OP_THREAD_END, o->id), pc, frame);
	o->n--;
	ipc_release(t, &o->clock);
	if (wire->signals & HANDLES_SIGNALS && !parent->exited)
		ipc_send_signal(p->parent, SIGCHLD, pc, frame);
	p->exited = true;
	for (int i = 0; i < rt->threads; i++) {
		struct thread *other = &rt->thread[i];
		if (other != t && other->process == id && other->state == PENDING) {
			other->state = ENDED;
			rt->live--;
		}
	}
	ipc_go_on();
}

/* Takes the end of a child, -1: of the one that ended first. */
static pid_t reap(struct process *parent, int child, int *status, uint64_t pc)
{
	for (int i = 0; i < parent->exits; i++) {
		int c = parent->exited_child[i];
		if (c < 0 || (child >= 0 && c != child))
			continue;
		parent->exited_child[i] = -1;
		rt->process[c].reaped = true;
		ipc_answers(status, sizeof *status, pc);
		if (status)
			*status = rt->process[c].status;
		return FIRST_PID + c;
	}
	return -1;
}

/* Looks whether a child has ended, -1: any has. */
static pid_t look(struct process *p, int child, int *status, struct object *o, const uint64_t *loop)
{
	struct thread *t = ipc_current();
	struct object *looked = child >= 0 ? life(child) : o;
	struct op op = ipc_op(child >= 0 ? OP_LIVES : OP_SEM_TRY, looked->id);
	ipc_comes_round(loop, &op);
	struct event *e = ipc_perform(op, loop[7], (const uint64_t *)loop[6]);
	t->op.spin = 0;
	if (child >= 0 ? looked->n > 0 : o->n == 0) {
		if (child < 0) {
			e->kind = OP_SEM_TRY_NO;
			e->same = 1;
			o->version--;
		}
		ipc_looked(loop, looked);
		return 0;
	}
	if (child >= 0) {
		ipc_acquire(t, &looked->clock);
		e = ipc_perform(ipc_op(OP_SEM_WAIT, o->id), loop[7], (const uint64_t *)loop[6]);
		e->kind = OP_SEM_TOOK;
	} else
		e->kind = OP_SEM_TRY_TOOK;
	ipc_took(o, e);
	return reap(p, child, status, loop[7]);
}

pid_t ipc_waitpid(pid_t pid, int *status, int options, uint64_t d, uint64_t unused, const uint64_t *loop)
{
	uint64_t pc = loop[7];
	const uint64_t *frame = (const uint64_t *)loop[6];
	struct thread *t = ipc_current();
	struct process *p = &rt->process[t->process];
	int left = 0, child = pid > 0 ? pid - FIRST_PID : -1;
	if (pid == 0 || pid < -1)
		ipc_asks_for_group(pc);
	for (int i = 1; i < rt->threads; i++)
		left += ipc_is_process(i) && rt->process[i].parent == t->process && !rt->process[i].reaped;
	if (left == 0 || (pid > 0 && (child < 1 || !ipc_is_process(child) || rt->process[child].parent != t->process || rt->process[child].reaped))) {
		errno = ECHILD;
		return -1;
	}
	if (p->action[SIGCHLD].handler == SIG_IGN || p->action[SIGCHLD].flags & SA_NOCLDWAIT)
		ipc_unsupported("waiting for children while SIGCHLD is ignored, or with SA_NOCLDWAIT, is not controlled", pc);
	struct object *o = children(t->process);
	if (options & WNOHANG)
		return look(p, child, status, o, loop);
	if (child >= 0) {
		struct object *lives = life(child);
		if (!ipc_try(ipc_op(OP_JOIN, lives->id), UNLESS_RESTARTED, pc, frame))
			return -1;
		ipc_acquire(t, &lives->clock);
	}
	struct event *e = ipc_try(ipc_op(OP_SEM_WAIT, o->id), UNLESS_RESTARTED, pc, frame);
	if (!e)
		return -1;
	e->kind = OP_SEM_TOOK;
	ipc_took(o, e);
	return reap(p, child, status, pc);
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	if (usage)
		memset(usage, 0, sizeof *usage);
	return waitpid(pid, status, options);
}

pid_t wait3(int *status, int options, struct rusage *usage) { return wait4(-1, status, options, usage); }

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	int status;
	if ((type != P_ALL && type != P_PID) || options & ~(WEXITED | WNOHANG))
		ipc_unsupported("waitid is controlled for children that end only", PC);
	pid_t pid = waitpid(type == P_PID ? (pid_t)id : -1, &status, options & WNOHANG);
	if (pid < 0)
		return -1;
	memset(info, 0, sizeof *info);
	if (pid == 0)
		return 0;
	info->si_signo = SIGCHLD;
	info->si_pid = pid;
	info->si_code = WIFEXITED(status) ? CLD_EXITED : CLD_KILLED;
	info->si_status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
	return 0;
}

/* The number of a child in the report: there are threads that are no processes. */
int ipc_child_number(int process)
{
	int n = 0;
	for (int i = 1; i <= process; i++)
		n += ipc_is_process(i);
	return n;
}

/* What the program has left when its first process ends: for the report. Children whose ends that ignores
   need nobody to wait for them. */
void ipc_left_behind(void)
{
	const struct action *of_children = &rt->process[0].action[SIGCHLD];
	bool by_themselves = of_children->handler == SIG_IGN || of_children->flags & SA_NOCLDWAIT;
	char *to = job->message, *end = to + sizeof job->message;
	for (int i = 1; i < rt->threads && !by_themselves; i++)
		if (ipc_is_process(i) && rt->process[i].exited && !rt->process[i].reaped && !rt->process[rt->process[i].parent].exited && rt->process[i].parent == 0) {
			job->left |= 2;
			snprintf(to, end - to, "child %d has ended, and nobody has waited for it", ipc_child_number(i));
			return;
		}
	for (int i = 0; i < rt->names; i++)
		if (rt->named[i].linked) {
			job->left |= 4;
			snprintf(to, end - to, "%s is left behind: it is not unlinked", rt->named[i].name);
			return;
		}
}
