/* Pipes: their bytes, and who has their ends open. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "rt.h"

struct object *ipc_bytes_of(int pipe) { return ipc_object(&rt->pipe[pipe], PIPE); }
struct object *ipc_readers_of(int pipe) { return ipc_object(&rt->pipe[pipe].readers, READ_END); }

/* For the report: the processes that have the write ends of pipes open. */
void ipc_report_pipes(void)
{
	for (int i = 0; i < rt->pipes; i++) {
		uint64_t holders = 0;
		for (int p = 0; p < rt->threads; p++)
			for (int k = 0; k < DESCRIPTORS && ipc_is_process(p) && !rt->process[p].exited; k++)
				if (ipc_written_to(&rt->process[p].descriptor[k]) == rt->made_pipe[i])
					holders |= 1ull << p;
		job->object[ipc_bytes_of(rt->made_pipe[i])->id].holders = holders;
	}
}

/* A pipe: of one that has a name nobody has an end open yet. */
int ipc_new_pipe(enum pipe_kind kind, uint64_t pc)
{
	struct thread *t = ipc_current();
	if (t->pipes == PIPES)
		ipc_unsupported("the program makes more pipes than are controlled, 32 by one thread: let it make fewer", pc);
	int i = rt->made_pipe[rt->pipes++] = t->id * PIPES + t->pipes++;
	struct pipe *p = &rt->pipe[i];
	p->begin = p->size = p->readings = p->writings = 0;
	p->kind = kind;
	struct object *o = ipc_bytes_of(i), *readers = ipc_readers_of(i);
	job->object[o->id].made = job->object[readers->id].made = pc;
	job->object[o->id].of = job->object[readers->id].of = kind;
	o->owner = job->object[o->id].owner = kind != FIFO;
	o->limit = job->object[o->id].size = PIPE_SIZE;
	readers->owner = job->object[readers->id].owner = kind != FIFO;
	if (kind == FIFO)
		job->object[ipc_object(p, COND)->id].of = 1; /* for its name */
	return i;
}

static int make(int fd[2], int flags, uint64_t pc)
{
	ipc_numbers_change(pc);
	int i = ipc_new_pipe(PLAIN, pc);
	ipc_range(fd, 2 * sizeof *fd, true, pc);
	fd[0] = ipc_new_descriptor(READS_PIPE, i, -1, flags, pc);
	fd[1] = ipc_new_descriptor(WRITES_PIPE, i, -1, flags, pc);
	ipc_wrote();
	return fd[1] < 0 ? -1 : 0;
}

int pipe(int fd[2]) { return make(fd, 0, PC); }

int pipe2(int fd[2], int flags)
{
	if (flags & O_DIRECT)
		ipc_unsupported("pipe2 with O_DIRECT is not controlled", PC);
	return make(fd, flags, PC);
}

/* loop: the entry of the call, where a loop may wait by it; NULL: none. */
struct event *ipc_begin_read(struct object *o, bool waits, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	struct op op = ipc_op(waits ? OP_PIPE_READ : OP_PIPE_TRY_READ, o->id);
	if (!waits && loop)
		ipc_comes_round(loop, &op);
	struct event *e = ipc_try(op, UNLESS_RESTARTED, pc, frame);
	if (!e)
		return NULL;
	if (o->n > 0)
		e->kind = OP_PIPE_GOT;
	else if (o->owner == 0)
		e->kind = OP_PIPE_READ;
	else {
		e->kind = OP_PIPE_TRY_NO;
		e->same = 1;
		o->version--;
		if (loop)
			ipc_looked(loop, o);
		ipc_current()->op.spin = 0;
		errno = EAGAIN;
		return NULL;
	}
	ipc_current()->op.spin = 0;
	return e;
}

ssize_t ipc_read_pipe(struct descriptor *d, void *to, size_t n, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	if (n == 0)
		return 0;
	int i = ipc_read_from(d);
	struct pipe *p = &rt->pipe[i];
	struct object *o = ipc_bytes_of(i);
	struct event *e = ipc_begin_read(o, !ipc_nonblocking(d, pc, frame), pc, frame, loop);
	if (!e)
		return -1;
	n = n < (size_t)p->size ? n : (size_t)p->size;
	for (size_t i = 0; i < n; i++)
		((char *)to)[i] = p->bytes[(p->begin + i) % PIPE_SIZE];
	p->begin = (p->begin + n) % PIPE_SIZE;
	p->size = o->n -= n;
	e->arg = -(int)n;
	ipc_wrote();
	ipc_acquire(ipc_current(), &o->clock);
	return n;
}

/* How much of a write that does not wait there is room for: of up to PIPE_BUF bytes, all or
   nothing. */
static size_t fits(const struct object *o, size_t n)
{
	size_t room = o->limit - o->n;
	if (n <= room)
		return n;
	return n <= PIPE_BUF ? 0 : room;
}

/* Writes up to PIPE_BUF bytes are whole; of more, others may come in between. One that does
   not wait is one operation. quiet: SIGPIPE does not come. */
ssize_t ipc_write_pipe(struct descriptor *d, const char *from, size_t n, bool quiet, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	struct thread *t = ipc_current();
	int i = ipc_written_to(d);
	struct pipe *p = &rt->pipe[i];
	struct object *o = ipc_bytes_of(i), *readers = ipc_readers_of(i);
	bool waits = !ipc_nonblocking(d, pc, frame);
	size_t done = 0;
	while (done < n) {
		size_t part = waits && n - done > PIPE_BUF ? PIPE_BUF : n - done;
		struct op op = ipc_op(waits ? OP_PIPE_WRITE : OP_PIPE_TRY_WRITE, o->id);
		op.obj2 = readers->id;
		op.arg = waits || part < PIPE_SIZE ? part : PIPE_SIZE;
		if (!waits && loop)
			ipc_comes_round(loop, &op);
		struct event *e = ipc_try(op, UNLESS_RESTARTED, pc, frame);
		t->op.spin = 0;
		if (!e)
			return done ? (ssize_t)done : -1;
		if (readers->owner == 0 || p->kind >= ENDING) {
			ipc_wrote();
			e->arg = 0;
			if (!quiet)
				ipc_raise(SIGPIPE, pc, frame);
			errno = EPIPE;
			return done ? (ssize_t)done : -1;
		}
		if (!waits && (e->arg = part = fits(o, part)) == 0) {
			e->same = 1;
			o->version--;
			if (loop)
				ipc_looked(loop, o);
			errno = EAGAIN;
			return -1;
		}
		ipc_wrote();
		for (size_t i = 0; i < part; i++)
			p->bytes[(p->begin + p->size + i) % PIPE_SIZE] = from[done + i];
		p->size = o->n += part;
		ipc_release(t, &o->clock);
		done += part;
		if (!waits)
			break;
	}
	return done;
}
