/* Processes: fork, exit, wait. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rt.h"

int ipc_save(void **save, void (*then)(void), void *stack);

enum { FIRST_PID = 1000 };

/* That a process lives, and the ends of the children of a process, as a semaphore. */
static struct object *life(int process)
{
	bool new = !ipc_known(&rt->process[process], THREAD);
	struct object *o = ipc_object(&rt->process[process], THREAD);
	if (new) {
		o->n = wire->object[o->id].n = 1;
		wire->object[o->id].of = -process;
	}
	return o;
}

static struct object *children(int process)
{
	struct object *o = ipc_object(&rt->process[process], CHILDREN);
	wire->object[o->id].of = -process;
	return o;
}

void ipc_processes_reset(void)
{
	struct image *image = rt->process[0].image;
	memset(&rt->process[0], 0, sizeof rt->process[0]);
	rt->process[0].image = image;
	rt->process[0].parent = -1;
	rt->processes = 1;
	rt->in_memory = 0;
	ipc_descriptors_reset();
}

pid_t fork(void)
{
	struct thread *t = ipc_current();
	if (!t)
		ipc_die("the program forks before main");
	if (rt->processes == MAX_THREADS)
		ipc_finish(TOO_MANY);
	int id = rt->processes++;
	struct process *p = &rt->process[id], *parent = &rt->process[t->process];
	struct image *image = p->image;
	memset(p, 0, sizeof *p);
	p->image = image;
	p->parent = t->process;
	p->ignores_sigpipe = parent->ignores_sigpipe;
	ipc_inherit(p, parent, PC);
	ipc_wrote();
	struct thread *child = ipc_new_child(t);
	child->process = id;
	child->created = PC;
	child->starter = t;
	life(id);
	rt->forking = child;
	if (ipc_save(&child->sp, ipc_keep_image, rt->scratch_stack + sizeof rt->scratch_stack - 64) == 0)
		return 0; /* the child, when it goes on for the first time */
	ipc_start(child);
	return FIRST_PID + id;
}

pid_t vfork(void) { return fork(); }
pid_t getpid(void) { return FIRST_PID + (ipc_current() ? ipc_current()->process : 0); }
pid_t getppid(void) { return ipc_current() && ipc_current()->process ? FIRST_PID + rt->process[ipc_current()->process].parent : 1; }
pid_t gettid(void) { return FIRST_PID + (ipc_current() ? ipc_current()->id : 0); }

/* The end of a process that has been forked. */
void ipc_exit_process(int status, uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	int id = t->process;
	struct process *p = &rt->process[id], *parent = &rt->process[p->parent];
	ipc_undo(id, pc, frame);
	ipc_close_all(p, pc);
	p->status = status;
	ipc_post(children(p->parent), pc, frame);
	parent->exited_child[parent->exits++] = id;
	struct object *o = life(id); /* who waits for this child finds what has been posted */
	ipc_perform(ipc_op(OP_THREAD_END, o->id), pc, frame);
	o->n--;
	ipc_release(t, &o->clock);
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
static pid_t reap(struct process *parent, int child, int *status)
{
	for (int i = 0; i < parent->exits; i++) {
		int c = parent->exited_child[i];
		if (c < 0 || (child >= 0 && c != child))
			continue;
		parent->exited_child[i] = -1;
		rt->process[c].reaped = true;
		if (status)
			*status = rt->process[c].status;
		return FIRST_PID + c;
	}
	return -1;
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	struct thread *t = ipc_current();
	struct process *p = &rt->process[t->process];
	int left = 0, child = pid > 0 ? pid - FIRST_PID : -1;
	for (int i = 1; i < rt->processes; i++)
		left += rt->process[i].parent == t->process && !rt->process[i].reaped;
	if (left == 0 || (pid > 0 && (child < 1 || child >= rt->processes || rt->process[child].parent != t->process || rt->process[child].reaped))) {
		errno = ECHILD;
		return -1;
	}
	struct object *o = children(t->process);
	if (options & WNOHANG) {
		if (pid > 0)
			ipc_unsupported("waitpid with WNOHANG for one child is not controlled", PC);
		struct event *e = ipc_perform(ipc_op(OP_SEM_TRY, o->id), PC, FRAME);
		if (o->n == 0) {
			e->kind = OP_SEM_TRY_NO;
			e->same = 1;
			o->version--;
			return 0;
		}
		e->kind = OP_SEM_TRY_TOOK;
		ipc_took(o, e);
		return reap(p, -1, status);
	}
	if (child >= 0) {
		struct object *lives = life(child);
		ipc_perform(ipc_op(OP_JOIN, lives->id), PC, FRAME);
		ipc_acquire(t, &lives->clock);
	}
	struct event *e = ipc_perform(ipc_op(OP_SEM_WAIT, o->id), PC, FRAME);
	e->kind = OP_SEM_TOOK;
	ipc_took(o, e);
	return reap(p, child, status);
}

pid_t wait(int *status) { return waitpid(-1, status, 0); }
pid_t wait3(int *status, int options, struct rusage *usage) { return waitpid(-1, status, options); }

/* What the program has left when its first process ends: for the report. */
void ipc_left_behind(void)
{
	char *to = wire->message, *end = to + sizeof wire->message;
	for (int i = 1; i < rt->processes; i++)
		if (rt->process[i].exited && !rt->process[i].reaped && !rt->process[rt->process[i].parent].exited && rt->process[i].parent == 0) {
			wire->left |= 2;
			snprintf(to, end - to, "child %d has ended, and nobody has waited for it", i);
			return;
		}
	for (int i = 0; i < rt->names; i++)
		if (rt->named[i].linked) {
			wire->left |= 4;
			snprintf(to, end - to, "%s is left behind: it is not unlinked", rt->named[i].name);
			return;
		}
}

/* Signals: those that are asked for, and not those that are sent. */

typedef void (*handler)(int);

handler signal(int signal, handler h)
{
	if (signal == SIGPIPE && ipc_current())
		rt->process[ipc_current()->process].ignores_sigpipe = h == SIG_IGN;
	return SIG_DFL;
}

int kill(pid_t pid, int signal) { ipc_unsupported("kill: signals are not controlled", PC); }
int raise(int signal)
{
	wire->crash_pc = PC;
	ipc_crash("the program raises signal %d", signal);
}
unsigned alarm(unsigned seconds) { ipc_unsupported("alarm: signals are not controlled", PC); }
int pause(void) { ipc_unsupported("pause: signals are not controlled", PC); }
