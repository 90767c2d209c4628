/* Descriptors with a count: pipes in which the bytes have no values. */
#include <fcntl.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "rt.h"

enum { ONE_AT_A_TIME = 1 }; /* in the place of the other pipe of a descriptor */

int eventfd(unsigned count, int flags)
{
	if (count > INT_MAX)
		ipc_unsupported("eventfd is controlled with counts of 31 bits only", PC);
	ipc_numbers_change(PC);
	int i = ipc_new_pipe(COUNTER, PC);
	struct object *o = ipc_bytes_of(i);
	o->n = job->object[o->id].n = count;
	o->limit = job->object[o->id].size = INT_MAX;
	ipc_wrote();
	return ipc_new_descriptor(EVENTS, i, flags & EFD_SEMAPHORE ? ONE_AT_A_TIME : 0, flags & EFD_NONBLOCK ? O_NONBLOCK : 0, PC);
}

ssize_t ipc_read_events(struct descriptor *d, void *to, size_t n, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	struct object *o = ipc_bytes_of(d->index);
	if (n < sizeof(uint64_t)) {
		errno = EINVAL;
		return -1;
	}
	struct event *e = ipc_begin_read(o, !ipc_nonblocking(d, pc, frame), pc, frame, loop);
	if (!e)
		return -1;
	uint64_t taken = d->other == ONE_AT_A_TIME ? 1 : o->n;
	memcpy(to, &taken, sizeof taken);
	o->n -= taken;
	e->arg = -(int)taken;
	ipc_wrote();
	ipc_acquire(ipc_current(), &o->clock);
	return sizeof taken;
}

ssize_t ipc_write_events(struct descriptor *d, const void *from, size_t n, uint64_t pc, const uint64_t *frame)
{
	struct object *o = ipc_bytes_of(d->index);
	uint64_t more;
	if (n < sizeof more || (memcpy(&more, from, sizeof more), more == UINT64_MAX)) {
		errno = EINVAL;
		return -1;
	}
	if (more > INT_MAX)
		ipc_unsupported("eventfd is controlled with counts of 31 bits only", pc);
	struct op op = ipc_op(OP_PIPE_WRITE, o->id);
	op.obj2 = ipc_readers_of(d->index)->id;
	op.arg = more;
	if (!ipc_try(op, UNLESS_RESTARTED, pc, frame))
		return -1;
	o->n += more;
	ipc_wrote();
	ipc_release(ipc_current(), &o->clock);
	return sizeof more;
}

int eventfd_read(int fd, eventfd_t *to) { return read(fd, to, sizeof *to) < 0 ? -1 : 0; }
int eventfd_write(int fd, eventfd_t more) { return write(fd, &more, sizeof more) < 0 ? -1 : 0; }
