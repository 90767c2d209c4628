/* poll and select, over pipes. */
#include <limits.h>
#include <poll.h>
#include <sys/select.h>

#include "rt.h"

enum looks_for { BYTES, ROOM, READERS }; /* as in package prim */

/* What is to be looked at, and for what. */
struct looking { struct op op; bool ready; }; /* ready: something is found whatever is there */

static void look(struct looking *l, struct object *o, enum looks_for what)
{
	if (l->op.nmore == MAX_MORE - 1)
		ipc_unsupported("a poll of so many descriptors is not controlled", 0);
	l->op.arg |= what << 2 * l->op.nmore;
	l->op.more[l->op.nmore++] = o->id;
}

static void look_at(struct looking *l, int fd, bool reads, bool writes)
{
	struct descriptor *d = ipc_descriptor(fd);
	int from = d ? ipc_read_from(d) : -1, to = d ? ipc_written_to(d) : -1;
	if (d && d->kind == EVENTS) {
		l->ready |= writes;
		look(l, ipc_bytes_of(d->index), BYTES);
	} else if (from < 0 && to < 0)
		l->ready |= !d || reads || writes;
	if (from >= 0)
		look(l, ipc_bytes_of(from), BYTES);
	if (to >= 0 && writes)
		look(l, ipc_bytes_of(to), ROOM);
	if (to >= 0 && (writes || d->kind != SOCKET))
		look(l, ipc_readers_of(to), READERS);
}

/* What is found at a descriptor now. A socket can be read, and written, when the other one is closed: that is
   how it is found out. */
static short found(int fd, short wanted)
{
	struct descriptor *d = ipc_descriptor(fd);
	if (!d)
		return POLLNVAL;
	if (d->kind == INPUT || d->kind == OUTPUT || d->kind == SHARED_MEMORY)
		return wanted & (d->kind == INPUT ? POLLIN : POLLOUT);
	if (d->kind == EVENTS)
		return wanted & (POLLOUT | (ipc_bytes_of(d->index)->n > 0 ? POLLIN : 0));
	int from = ipc_read_from(d), to = ipc_written_to(d);
	short is = 0;
	if (from >= 0) {
		struct object *o = ipc_bytes_of(from);
		bool ended = o->owner == 0, readable = o->n > 0 || (ended && d->kind == SOCKET);
		is |= (readable ? wanted & POLLIN : 0) | (ended ? POLLHUP : 0);
	}
	if (to >= 0) {
		struct object *o = ipc_bytes_of(to);
		bool shut = ipc_readers_of(to)->owner == 0, room = o->limit - o->n >= PIPE_BUF || (shut && d->kind == SOCKET);
		is |= (room ? wanted & POLLOUT : 0) | (shut && d->kind != SOCKET ? POLLERR : 0);
	}
	return is;
}

/* Waits until there is something, or looks; false: it is interrupted. */
enum limit { NO_LIMIT, AT_ONCE, LIMITED };

static bool wait_for(struct looking *l, enum limit limit, const uint64_t *loop)
{
	struct thread *t = ipc_current();
	bool waits = limit != AT_ONCE && !l->ready;
	if (ipc_early(waits && limit == LIMITED, loop[7], (const uint64_t *)loop[6]))
		waits = false;
	int objects = l->op.nmore;
	l->op.kind = waits ? OP_POLL : OP_POLL_NOW;
	if (!waits && l->op.nmore == 0)
		return true;
	if (!waits)
		ipc_comes_round(loop, &l->op);
	t->timed = waits && limit == LIMITED;
	t->woken = t->timed_out = false;
	struct event *e = ipc_try(l->op, FAILS, loop[7], (const uint64_t *)loop[6]);
	t->timed = t->timed_out = false;
	t->op.spin = 0;
	if (e && e->kind == OP_POLL_NOW)
		for (int i = 0; i < objects; i++)
			ipc_looked(loop, &rt->object[l->op.more[i]]);
	return e;
}

int ipc_poll(struct pollfd *fds, nfds_t n, int timeout, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct looking l = {.op = ipc_op(OP_POLL, -1)};
	int count = 0;
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].fd >= 0)
			look_at(&l, fds[i].fd, fds[i].events & POLLIN, fds[i].events & POLLOUT);
	if (!wait_for(&l, timeout < 0 ? NO_LIMIT : timeout ? LIMITED : AT_ONCE, frame))
		return -1;
	for (nfds_t i = 0; i < n; i++) {
		fds[i].revents = fds[i].fd < 0 ? 0 : found(fds[i].fd, fds[i].events & (POLLIN | POLLOUT));
		count += fds[i].revents != 0;
	}
	return count;
}

static bool in(int fd, const fd_set *set) { return set && FD_ISSET(fd, set); }

/* Leaves in a set what is ready, and returns how many are. */
static int leave(fd_set *set, int n, short wanted, short ready)
{
	int count = 0;
	for (int fd = 0; fd < n; fd++)
		if (in(fd, set)) {
			if (found(fd, wanted) & ready)
				count++;
			else
				FD_CLR(fd, set);
		}
	return count;
}

int ipc_select(int n, fd_set *reads, fd_set *writes, fd_set *except, struct timeval *timeout, const uint64_t *frame)
{
	struct looking l = {.op = ipc_op(OP_POLL, -1)};
	for (int fd = 0; fd < n; fd++)
		if (in(fd, reads) || in(fd, writes)) {
			if (!ipc_descriptor(fd))
				return -1;
			look_at(&l, fd, in(fd, reads), in(fd, writes));
		}
	bool at_once = timeout && !timeout->tv_sec && !timeout->tv_usec;
	if (!wait_for(&l, !timeout ? NO_LIMIT : at_once ? AT_ONCE : LIMITED, frame))
		return -1;
	if (except)
		FD_ZERO(except);
	return leave(reads, n, POLLIN, POLLIN | POLLHUP) + leave(writes, n, POLLOUT, POLLOUT | POLLERR);
}
