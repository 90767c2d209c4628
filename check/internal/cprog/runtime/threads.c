/* pthread_create and what belongs to it. */
#include <sys/resource.h>
#include <threads.h>
#include <unistd.h>

#include "rt.h"

/* The object that stands for the life of a thread. */
static struct object *life(struct thread *t)
{
	bool new = !ipc_known(t, THREAD);
	struct object *o = ipc_object(t, THREAD);
	if (new) {
		o->n = job->object[o->id].n = 1;
		job->object[o->id].of = t->id;
	}
	return o;
}

static struct thread *create(void *(*start)(void *), void *arg, bool detached, uint64_t pc)
{
	struct thread *me = ipc_current(), *t = ipc_new_thread(me, pc);
	t->start = start;
	t->arg = arg;
	t->detached = detached;
	t->created = pc;
	life(t);
	ipc_wrote();
	ipc_start(t);
	return t;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *arg)
{
	int detach = PTHREAD_CREATE_JOINABLE;
	if (!ipc_current())
		ipc_unsupported("a thread is created before main", PC);
	if (attributes)
		pthread_attr_getdetachstate(attributes, &detach);
	/* The new thread may look at its own number. */
	int32_t id = ipc_current()->kids < MAX_THREADS ? wire->ids[ipc_current()->id + 1][ipc_current()->kids] : -1;
	*thread = (pthread_t)&rt->thread[id >= 0 ? id : wire->nids < MAX_THREADS ? wire->nids : 0];
	create(start, arg, detach == PTHREAD_CREATE_DETACHED, PC);
	return 0;
}

/* Another thread of the process that has not ended; NULL: there is none. */
static struct thread *another(const struct thread *t)
{
	for (int i = 0; i < rt->threads; i++) {
		struct thread *o = &rt->thread[i];
		if (o != t && o->process == t->process && o->state != ENDED && o->state != ABSENT)
			return o;
	}
	return NULL;
}

/* The first thread of a process has ended, and the process ends as by exit when the others have: it is
   the first one that sees to that here. */
static void last(struct thread *t, uint64_t by) __attribute__((noreturn));
static void last(struct thread *t, uint64_t by)
{
	for (struct thread *o; (o = another(t));) {
		ipc_perform(ipc_op(OP_JOIN, life(o)->id), by, NULL);
		ipc_wrote();
		ipc_acquire(t, &life(o)->clock);
	}
	ipc_exit(0, by);
}

/* by: where the program says so, 0: its function has returned. */
void ipc_end_thread(uint64_t by)
{
	struct thread *t = ipc_current();
	ipc_destroy_locals(t);
	ipc_destroy_specific(t);
	if (t->id == t->process && (t->process || ipc_has_handlers() || !another(t)))
		last(t, by);
	if (t->id != 0)
		ipc_returned((const uint64_t *)t->top);
	ipc_give_up(-1, t->created, NULL);
	struct object *o = life(t);
	struct op op = ipc_op(OP_THREAD_END, o->id);
	op.value = by;
	ipc_perform(op, t->created, NULL);
	o->n--;
	ipc_release(t, &o->clock);
	ipc_go_on();
}

void pthread_exit(void *result)
{
	ipc_current()->result = result;
	ipc_unwind(PC);
}

struct thread *ipc_thread(pthread_t p)
{
	struct thread *t = (struct thread *)p;
	if (t < rt->thread || t >= rt->thread + MAX_THREADS || ((char *)t - (char *)rt->thread) % sizeof *t || t->state == ABSENT)
		return NULL;
	return t;
}

static void can_be_joined(const struct thread *t, uint64_t pc)
{
	if (t->joined)
		ipc_crash_at(pc, "pthread_join of a thread that has been joined already");
	if (t->detached)
		ipc_crash_at(pc, "pthread_join of a detached thread");
}

static int join(struct thread *t, void **result, uint64_t pc, const uint64_t *frame)
{
	struct thread *me = ipc_current();
	if (!t)
		ipc_crash_at(pc, "pthread_join of what is no thread");
	if (t == me)
		return EDEADLK;
	can_be_joined(t, pc);
	struct object *o = life(t);
	ipc_perform_unless_canceled(ipc_op(OP_JOIN, o->id), pc, frame);
	ipc_wrote();
	ipc_acquire(me, &o->clock);
	can_be_joined(t, pc); /* others may have been quicker */
	t->joined = true;
	ipc_answers(result, sizeof *result, pc);
	if (result)
		*result = t->result;
	return 0;
}

int pthread_join(pthread_t p, void **result) { return join(ipc_thread(p), result, PC, FRAME); }

int pthread_detach(pthread_t p)
{
	struct thread *t = ipc_thread(p);
	if (!t)
		return ESRCH;
	if (t->joined || t->detached)
		return EINVAL;
	t->detached = true;
	return 0;
}

pthread_t pthread_self(void) { return (pthread_t)(ipc_ready && rt->current ? rt->current : rt->thread); }
int pthread_equal(pthread_t a, pthread_t b) { return a == b; }
int pthread_cancel(pthread_t p) { return ipc_thread(p) ? ipc_cancel(ipc_thread(p), PC, FRAME) : ESRCH; }
int pthread_setname_np(pthread_t p, const char *name)
{
	struct thread *t = ipc_thread(p);
	if (!t || strlen(name) >= sizeof t->name)
		return t ? ERANGE : ESRCH;
	strcpy(t->name, name);
	return 0;
}

int pthread_getname_np(pthread_t p, char *name, size_t size)
{
	const struct thread *t = ipc_thread(p);
	if (!t || size < sizeof t->name)
		return t ? ERANGE : ESRCH;
	strcpy(name, *t->name ? t->name : "program");
	return 0;
}

int pthread_setconcurrency(int n) { return 0; }

/* Which processors threads run on, and which of them first, decides nothing here. */
int pthread_setschedparam(pthread_t p, int policy, const struct sched_param *parameters) { return 0; }
int pthread_setschedprio(pthread_t p, int priority) { return 0; }

int pthread_getschedparam(pthread_t p, int *policy, struct sched_param *parameters)
{
	*policy = SCHED_OTHER;
	parameters->sched_priority = 0;
	return 0;
}

int sched_getcpu(void) { return 0; }

int sched_getaffinity(pid_t p, size_t size, cpu_set_t *set)
{
	memset(set, 0, size);
	CPU_SET_S(0, size, set);
	return 0;
}

int pthread_getaffinity_np(pthread_t p, size_t size, cpu_set_t *set) { return sched_getaffinity(0, size, set); }
int pthread_setaffinity_np(pthread_t p, size_t size, const cpu_set_t *set) { return 0; }
int sched_setaffinity(pid_t p, size_t size, const cpu_set_t *set) { return 0; }
int sched_setscheduler(pid_t p, int policy, const struct sched_param *parameters) { return 0; }
int sched_getscheduler(pid_t p) { return SCHED_OTHER; }
int nice(int more) { return more; }
int getpriority(__priority_which_t which, id_t who) { return 0; }
int setpriority(__priority_which_t which, id_t who, int priority) { return 0; }
int mlock(const void *p, size_t size) { return 0; }
int munlock(const void *p, size_t size) { return 0; }
int mlockall(int flags) { return 0; }
int munlockall(void) { return 0; }

/* C11. */

int thrd_create(thrd_t *thread, thrd_start_t start, void *arg)
{
	return pthread_create((pthread_t *)thread, NULL, (void *(*)(void *))(void *)start, arg) ? thrd_error : thrd_success;
}

int thrd_join(thrd_t thread, int *result)
{
	void *value;
	if (join(ipc_thread((pthread_t)thread), &value, PC, FRAME))
		return thrd_error;
	if (result)
		*result = (int)(intptr_t)value;
	return thrd_success;
}

int thrd_detach(thrd_t thread) { return pthread_detach((pthread_t)thread) ? thrd_error : thrd_success; }
thrd_t thrd_current(void) { return (thrd_t)pthread_self(); }
int thrd_equal(thrd_t a, thrd_t b) { return a == b; }

void thrd_exit(int result)
{
	ipc_current()->result = (void *)(intptr_t)result;
	ipc_unwind(PC);
}
