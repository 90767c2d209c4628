/* Descriptors: what a process has open. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rt.h"

static struct process *me(void) { return &rt->process[ipc_current()->process]; }

struct descriptor *ipc_descriptor(int fd)
{
	if (fd < 0 || fd >= DESCRIPTORS || me()->descriptor[fd].kind == CLOSED) {
		errno = EBADF;
		return NULL;
	}
	return &me()->descriptor[fd];
}

/* Which numbers are free: an operation if other threads of the process may come before or after.
   Who takes the lowest one is in order with who takes or gives back another; who gives one back is not with
   those who do that, too. */
static struct event *table(int kind, uint64_t pc)
{
	if (ipc_alone_in_process())
		return NULL;
	struct object *o = ipc_memory((uint64_t)(NUMBERS + (MAX_THREADS * DESCRIPTORS + ipc_current()->process) * 8), 8);
	job->object[o->id].of = OF_DESCRIPTORS;
	struct event *e = ipc_perform(ipc_op(kind, o->id), pc, NULL);
	ipc_wrote();
	return e;
}

static void is_given_back(uint64_t pc)
{
	struct event *e = table(OP_LOAD, pc);
	if (e)
		e->same = 1;
}

void ipc_numbers_change(uint64_t pc) { table(OP_STORE, pc); }

/* Who uses a number that another thread closes, or has got, and is not ordered with that, may use what has
   had it before or gets it next. */
static char *number(int fd) { return NUMBERS + (ipc_current()->process * DESCRIPTORS + fd) * 8; }

struct descriptor *ipc_used(int fd, uint64_t pc)
{
	if (fd < 0 || fd >= DESCRIPTORS)
		return ipc_descriptor(fd);
	if (me()->descriptor[fd].kind == CLOSED)
		is_given_back(pc); /* somebody may get it before, or after */
	ipc_access((uint64_t)number(fd), 1, false, false, pc);
	return ipc_descriptor(fd);
}

static void changed(int fd, uint64_t pc) { ipc_access((uint64_t)number(fd), 1, true, false, pc); }

/* Whether who uses a description waits, F_SETFL says to all who have it. Where nothing orders that, the
   places of both are operations from the next execution on. */

static void unordered(uint64_t a, uint64_t b)
{
	job->idle[job->idles++] = a;
	job->idle[job->idles++] = b;
	ipc_finish(AGAIN);
}

/* Looks at that, or changes it. It reports whether this is an operation. */
static bool about_waiting(const struct descriptor *d, int kind, uint64_t pc, const uint64_t *frame)
{
	if (!ipc_visible(pc) || ipc_alone())
		return false;
	struct pipe *p = &rt->pipe[d->index];
	struct object *o = ipc_memory((uint64_t)&p->waits[d->kind == WRITES_PIPE], 1);
	job->object[o->id].of = OF_WAITING;
	struct event *e = ipc_perform(ipc_op(kind, o->id), pc, frame);
	e->same = kind == OP_LOAD;
	e->before = rt->setting[d->description].nonblocking;
	return true;
}

bool ipc_nonblocking(const struct descriptor *d, uint64_t pc, const uint64_t *frame)
{
	struct descriptor was = *d;
	struct setting *s = &rt->setting[was.description];
	struct thread *t = ipc_current();
	uint64_t set_at = 0;
	bool known = about_waiting(&was, OP_LOAD, pc, frame);
	for (int i = 0; i < rt->threads && !known; i++) {
		known = s->set[i] && t->clock.of[i] >= s->set[i];
		set_at = s->set[i] ? s->set_at[i] : set_at;
	}
	if (!known && set_at)
		unordered(pc, set_at);
	s->used[t->id] = t->clock.of[t->id];
	s->used_at[t->id] = pc;
	return s->nonblocking;
}

static void set_waiting(const struct descriptor *d, bool nonblocking, uint64_t pc, const uint64_t *frame)
{
	struct setting *s = &rt->setting[d->description];
	struct thread *t = ipc_current();
	bool known = about_waiting(d, OP_STORE, pc, frame);
	for (int i = 0; i < rt->threads && s->nonblocking != nonblocking; i++) {
		if (i != t->id && t->clock.of[i] < s->used[i] && !known)
			unordered(pc, s->used_at[i]);
		s->set[i] = 0;
	}
	s->nonblocking = nonblocking;
	s->set[t->id] = t->clock.of[t->id];
	s->set_at[t->id] = pc;
}

/* The standard ones have the first description, which nobody can have wait less. */
void ipc_descriptors_reset(void)
{
	struct descriptor *d = rt->process[0].descriptor;
	d[0].kind = INPUT;
	d[1].kind = d[2].kind = OUTPUT;
	d[2].index = STANDARD_ERROR;
	rt->pipes = rt->names = 0;
	rt->descriptions = 1;
}

static void count(int pipe, int kind, struct object *end, int more, uint64_t pc)
{
	struct pipe *p = &rt->pipe[pipe];
	bool closes = p->kind == FIFO && more < 0;
	if (closes)
		ipc_enter(p, pc, NULL);
	struct op op = ipc_op(kind, end->id);
	op.arg = more;
	struct event *e = ipc_perform(op, pc, NULL);
	ipc_wrote();
	if (p->kind == SHUT && kind != OP_PIPE_READERS)
		e->arg = more = 0;
	end->owner += more;
	ipc_release(ipc_current(), &end->clock);
	if (closes)
		ipc_leave(p, pc, NULL);
}

/* There are as many more descriptors of an end of a pipe, or of two. kind: what that does to a write end. */
static void count_ends(const struct descriptor *d, int kind, int more, uint64_t pc)
{
	int reads = ipc_read_from(d), writes = ipc_written_to(d);
	if (reads >= 0)
		count(reads, OP_PIPE_READERS, ipc_readers_of(reads), more, pc);
	if (writes >= 0)
		count(writes, kind, ipc_bytes_of(writes), more, pc);
}

static void one_more(struct descriptor d, uint64_t pc) { count_ends(&d, OP_PIPE_OPEN, 1, pc); }
static void one_less(struct descriptor d, uint64_t pc) { count_ends(&d, OP_PIPE_CLOSE, -1, pc); }

/* The same as one_more, as part of a fork. */
static void one_more_by(struct event *fork, struct object *end, uint64_t pc)
{
	if (fork->full.nmore == MAX_MORE)
		ipc_unsupported("a fork beside threads, with more than 16 ends of pipes open, is not controlled: let it close some", pc);
	fork->full.more[fork->full.nmore++] = end->id;
	end->owner++;
	end->version++;
}

/* Nobody writes to a pipe any more. */
void ipc_shut(int pipe, uint64_t pc)
{
	struct object *o = ipc_bytes_of(pipe);
	count(pipe, OP_PIPE_READERS, ipc_readers_of(pipe), 0, pc); /* others may write before, or after */
	if (rt->pipe[pipe].kind < ENDING)
		rt->pipe[pipe].kind = ENDING;
	struct event *e = ipc_perform(ipc_op(OP_PIPE_CLOSE, o->id), pc, NULL);
	ipc_wrote();
	e->arg = -o->owner;
	o->owner = 0;
	ipc_release(ipc_current(), &o->clock);
	rt->pipe[pipe].kind = SHUT;
}

/* A child has the descriptors that its parent has now. fork: the event, if other threads may close or open
   some meanwhile; NULL: none can. */
void ipc_inherit(struct process *child, const struct process *parent, struct event *fork, uint64_t pc)
{
	memcpy(child->descriptor, parent->descriptor, sizeof child->descriptor);
	for (int i = 0; i < DESCRIPTORS; i++) {
		const struct descriptor *d = &child->descriptor[i];
		int reads = ipc_read_from(d), writes = ipc_written_to(d);
		if (!fork)
			one_more(*d, pc);
		if (fork && reads >= 0)
			one_more_by(fork, ipc_readers_of(reads), pc);
		if (fork && writes >= 0 && rt->pipe[writes].kind != SHUT)
			one_more_by(fork, ipc_bytes_of(writes), pc);
	}
}

void ipc_close_all(struct process *p, uint64_t pc)
{
	for (int i = 0; i < DESCRIPTORS; i++) {
		struct descriptor d = p->descriptor[i];
		p->descriptor[i].kind = CLOSED;
		one_less(d, pc);
	}
}

static int new_descriptor(struct descriptor d, int from, uint64_t pc)
{
	for (int i = from; i < DESCRIPTORS; i++)
		if (me()->descriptor[i].kind == CLOSED) {
			me()->descriptor[i] = d;
			ipc_fresh(number(i), 1);
			changed(i, pc);
			return i;
		}
	ipc_unsupported("the program has more descriptors open than are controlled, 64: let it close some", pc);
}

/* A descriptor with a description of its own; see ipc_numbers_change. */
int ipc_new_descriptor(enum descriptor_kind kind, int index, int other, int flags, uint64_t pc)
{
	if (rt->descriptions == DESCRIPTIONS)
		ipc_unsupported("the program opens more descriptors than are controlled, 256 in all: let it open fewer", pc);
	int description = rt->descriptions++;
	rt->setting[description] = (struct setting){.nonblocking = flags & O_NONBLOCK};
	return new_descriptor((struct descriptor){kind, description, index, other}, 0, pc);
}

struct named *ipc_shared_of(int fd, uint64_t pc)
{
	struct descriptor *d = ipc_used(fd, pc);
	return d && d->kind == SHARED_MEMORY ? ipc_at_place(d->index) : NULL;
}

int close(int fd)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
	is_given_back(PC);
	struct descriptor *d = ipc_descriptor(fd);
	if (!d)
		return -1;
	struct descriptor was = *d;
	changed(fd, PC);
	d->kind = CLOSED;
	one_less(was, PC);
	return 0;
}

int dup2(int from, int to)
{
	static char buffer[PAGE];
	ipc_numbers_change(PC);
	struct descriptor *d = ipc_used(from, PC);
	if (!d)
		return -1;
	if (to < 0) {
		errno = EBADF;
		return -1;
	}
	if (to >= DESCRIPTORS)
		ipc_unsupported("dup2 is controlled with numbers below 64 only", PC);
	if (from == to)
		return to;
	struct descriptor was = me()->descriptor[to];
	changed(to, PC);
	if (to == 1 && d->kind == WRITES_PIPE)
		setvbuf(stdout, buffer, _IOFBF, sizeof buffer); /* as the C library has it for what is no terminal */
	me()->descriptor[to] = *d;
	one_less(was, PC);
	one_more(me()->descriptor[to], PC);
	return to;
}

int dup3(int from, int to, int flags)
{
	if (from == to) {
		errno = EINVAL;
		return -1;
	}
	return dup2(from, to);
}

static int copy(int fd, int from, uint64_t pc)
{
	ipc_numbers_change(pc);
	struct descriptor *d = ipc_used(fd, pc);
	int to = d ? new_descriptor(*d, from, pc) : -1;
	if (to >= 0)
		one_more(*d, pc);
	return to;
}

int dup(int fd) { return copy(fd, 0, PC); }

int fcntl(int fd, int command, ...)
{
	va_list list;
	va_start(list, command);
	long argument = va_arg(list, long);
	va_end(list);
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_fcntl, fd, command, argument, 0, 0, 0);
	struct descriptor *d = ipc_descriptor(fd);
	if (!d)
		return -1;
	switch (command) {
	case F_GETFL:
		return (d->kind == WRITES_PIPE || d->kind == OUTPUT ? O_WRONLY : d->kind >= SOCKET ? O_RDWR : O_RDONLY) | (rt->setting[d->description].nonblocking ? O_NONBLOCK : 0);
	case F_SETFL:
		if (d->kind >= READS_PIPE && d->kind <= EVENTS)
			set_waiting(d, argument & O_NONBLOCK, PC, FRAME);
		ipc_wrote();
		return 0;
	case F_GETFD:
	case F_SETFD: /* it matters to exec only */
		return 0;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return copy(fd, argument, PC);
	case F_GETPIPE_SZ:
		return PIPE_SIZE;
	}
	ipc_unsupported("fcntl is controlled with F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD and F_GETPIPE_SZ only", PC);
}
