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

/* Who uses a number that another thread closes, and is not ordered with that, may use what has got it
   next. */
static char *number(int fd) { return NUMBERS + (ipc_current()->process * DESCRIPTORS + fd) * 8; }

struct descriptor *ipc_used(int fd, uint64_t pc)
{
	if (fd >= 0 && fd < DESCRIPTORS)
		ipc_access((uint64_t)number(fd), 1, false, false, pc);
	return ipc_descriptor(fd);
}

static void closed(int fd, uint64_t pc) { ipc_access((uint64_t)number(fd), 1, true, false, pc); }

bool ipc_nonblocking(const struct descriptor *d) { return rt->nonblocking[d->description]; }

/* The standard ones have the first description, which nobody can have wait less. */
void ipc_descriptors_reset(void)
{
	struct descriptor *d = rt->process[0].descriptor;
	d[0].kind = INPUT;
	d[1].kind = d[2].kind = OUTPUT;
	d[2].index = STANDARD_ERROR;
	rt->pipes = rt->names = 0;
	rt->nonblocking[0] = false;
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

/* There are as many more descriptors of an end of a pipe, or of two. */
void ipc_count_ends(struct descriptor d, int more, uint64_t pc)
{
	int reads = ipc_read_from(&d), writes = ipc_written_to(&d);
	if (reads >= 0)
		count(reads, OP_PIPE_READERS, ipc_readers_of(reads), more, pc);
	if (writes >= 0)
		count(writes, more > 0 ? OP_PIPE_OPEN : OP_PIPE_CLOSE, ipc_bytes_of(writes), more, pc);
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

/* A child has the descriptors that its parent has now, whatever that opens while they are counted. */
void ipc_inherit(struct process *child, const struct process *parent, uint64_t pc)
{
	memcpy(child->descriptor, parent->descriptor, sizeof child->descriptor);
	for (int i = 0; i < DESCRIPTORS; i++)
		ipc_count_ends(child->descriptor[i], 1, pc);
}

void ipc_close_all(struct process *p, uint64_t pc)
{
	for (int i = 0; i < DESCRIPTORS; i++) {
		struct descriptor d = p->descriptor[i];
		p->descriptor[i].kind = CLOSED;
		ipc_count_ends(d, -1, pc);
	}
}

static int new_descriptor(struct descriptor d, int from)
{
	for (int i = from; i < DESCRIPTORS; i++)
		if (me()->descriptor[i].kind == CLOSED) {
			me()->descriptor[i] = d;
			ipc_fresh(number(i), 1);
			return i;
		}
	errno = EMFILE;
	return -1;
}

/* A descriptor with a description of its own. */
int ipc_new_descriptor(enum descriptor_kind kind, int index, int other, int flags)
{
	if (rt->descriptions == DESCRIPTIONS)
		ipc_unsupported("the program opens more descriptors than are controlled", PC);
	int description = rt->descriptions++;
	rt->nonblocking[description] = flags & O_NONBLOCK;
	return new_descriptor((struct descriptor){kind, description, index, other}, 0);
}

int ipc_shared_of(int fd)
{
	struct descriptor *d = ipc_descriptor(fd);
	return d && d->kind == SHARED_MEMORY ? d->index : -1;
}

int close(int fd)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
	struct descriptor *d = ipc_descriptor(fd);
	if (!d)
		return -1;
	struct descriptor was = *d;
	closed(fd, PC);
	d->kind = CLOSED;
	ipc_count_ends(was, -1, PC);
	return 0;
}

int dup2(int from, int to)
{
	static char buffer[PAGE];
	struct descriptor *d = ipc_descriptor(from);
	if (!d)
		return -1;
	if (to < 0 || to >= DESCRIPTORS) {
		errno = EBADF;
		return -1;
	}
	if (from == to)
		return to;
	struct descriptor was = me()->descriptor[to];
	closed(to, PC);
	if (to == 1 && d->kind == WRITES_PIPE)
		setvbuf(stdout, buffer, _IOFBF, sizeof buffer); /* as the C library has it for what is no terminal */
	me()->descriptor[to] = *d;
	ipc_count_ends(was, -1, PC);
	ipc_count_ends(me()->descriptor[to], 1, PC);
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
	struct descriptor *d = ipc_descriptor(fd);
	int to = d ? new_descriptor(*d, from) : -1;
	if (to >= 0)
		ipc_count_ends(*d, 1, pc);
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
		return (d->kind == WRITES_PIPE || d->kind == OUTPUT ? O_WRONLY : d->kind >= SOCKET ? O_RDWR : O_RDONLY) | (ipc_nonblocking(d) ? O_NONBLOCK : 0);
	case F_SETFL:
		if (d->kind >= READS_PIPE && d->kind <= EVENTS)
			rt->nonblocking[d->description] = argument & O_NONBLOCK;
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
