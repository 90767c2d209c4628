/* Descriptors and pipes. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rt.h"

static struct process *me(void) { return &rt->process[ipc_current()->process]; }

static struct descriptor *descriptor(int fd)
{
	if (fd < 0 || fd >= DESCRIPTORS || me()->descriptor[fd].kind == CLOSED) {
		errno = EBADF;
		return NULL;
	}
	return &me()->descriptor[fd];
}

static struct object *bytes_of(int pipe) { return ipc_object(&rt->pipe[pipe], PIPE); }
static struct object *readers_of(int pipe) { return ipc_object(&rt->pipe[pipe].readers, READ_END); }

void ipc_descriptors_reset(void)
{
	struct descriptor *d = rt->process[0].descriptor;
	d[0].kind = INPUT;
	d[1].kind = d[2].kind = OUTPUT;
	rt->pipes = rt->names = 0;
}

/* There are as many more descriptors of an end of a pipe. */
static void count(struct descriptor d, int more, uint64_t pc)
{
	struct object *o;
	struct op op;
	if (d.kind == READS_PIPE) {
		o = readers_of(d.index);
		op = ipc_op(OP_PIPE_READERS, o->id);
	} else if (d.kind == WRITES_PIPE) {
		o = bytes_of(d.index);
		op = ipc_op(more > 0 ? OP_PIPE_OPEN : OP_PIPE_CLOSE, o->id);
	} else
		return;
	op.arg = more;
	ipc_perform(op, pc, NULL);
	ipc_wrote();
	o->owner += more;
	ipc_release(ipc_current(), &o->clock);
}

/* A child has the descriptors of its parent. */
void ipc_inherit(struct process *child, const struct process *parent, uint64_t pc)
{
	for (int i = 0; i < DESCRIPTORS; i++) {
		child->descriptor[i] = parent->descriptor[i];
		count(child->descriptor[i], 1, pc);
	}
}

void ipc_close_all(struct process *p, uint64_t pc)
{
	for (int i = 0; i < DESCRIPTORS; i++) {
		struct descriptor d = p->descriptor[i];
		p->descriptor[i].kind = CLOSED;
		count(d, -1, pc);
	}
}

/* For the report: the processes that have the write ends of pipes open. */
void ipc_report_pipes(void)
{
	for (int i = 0; i < rt->pipes; i++) {
		uint64_t holders = 0;
		for (int p = 0; p < rt->processes; p++)
			for (int k = 0; k < DESCRIPTORS && !rt->process[p].exited; k++)
				if (rt->process[p].descriptor[k].kind == WRITES_PIPE && rt->process[p].descriptor[k].index == i)
					holders |= 1ull << p;
		wire->object[bytes_of(i)->id].holders = holders;
	}
}

static int new_descriptor(enum descriptor_kind kind, int index)
{
	for (int i = 0; i < DESCRIPTORS; i++)
		if (me()->descriptor[i].kind == CLOSED) {
			me()->descriptor[i] = (struct descriptor){kind, index};
			return i;
		}
	errno = EMFILE;
	return -1;
}

int ipc_new_shared(int index) { return new_descriptor(SHARED_MEMORY, index); }

int ipc_shared_of(int fd)
{
	struct descriptor *d = descriptor(fd);
	return d && d->kind == SHARED_MEMORY ? d->index : -1;
}

int pipe(int fd[2])
{
	if (rt->pipes == PIPES)
		ipc_unsupported("the program opens more pipes than are controlled", PC);
	int i = rt->pipes++;
	rt->pipe[i].begin = rt->pipe[i].size = 0;
	struct object *o = bytes_of(i), *readers = readers_of(i);
	o->owner = wire->object[o->id].owner = 1;
	o->limit = wire->object[o->id].size = PIPE_SIZE;
	readers->owner = wire->object[readers->id].owner = 1;
	fd[0] = new_descriptor(READS_PIPE, i);
	fd[1] = new_descriptor(WRITES_PIPE, i);
	ipc_wrote();
	return fd[1] < 0 ? -1 : 0;
}

int pipe2(int fd[2], int flags)
{
	if (flags & O_NONBLOCK)
		ipc_unsupported("pipe2 with O_NONBLOCK is not controlled", PC);
	return pipe(fd);
}

int close(int fd)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
	struct descriptor *d = descriptor(fd);
	if (!d)
		return -1;
	struct descriptor was = *d;
	d->kind = CLOSED;
	count(was, -1, PC);
	return 0;
}

int dup2(int from, int to)
{
	static char buffer[PAGE];
	struct descriptor *d = descriptor(from);
	if (!d)
		return -1;
	if (to < 0 || to >= DESCRIPTORS) {
		errno = EBADF;
		return -1;
	}
	if (from == to)
		return to;
	struct descriptor was = me()->descriptor[to];
	if (to == 1 && d->kind == WRITES_PIPE)
		setvbuf(stdout, buffer, _IOFBF, sizeof buffer); /* as the C library has it for what is no terminal */
	me()->descriptor[to] = *d;
	count(was, -1, PC);
	count(me()->descriptor[to], 1, PC);
	return to;
}

int dup(int fd)
{
	struct descriptor *d = descriptor(fd);
	if (!d)
		return -1;
	int to = new_descriptor(d->kind, d->index);
	if (to >= 0)
		count(*d, 1, PC);
	return to;
}

static ssize_t read_file(int fd, void *to, size_t n, uint64_t pc, const uint64_t *frame)
{
	struct descriptor *d = descriptor(fd);
	if (!d)
		return -1;
	if (d->kind == INPUT) {
		size_t have = wire->stdin_size - rt->stdin_at;
		n = n < have ? n : have;
		memcpy(to, STDIN + rt->stdin_at, n);
		rt->stdin_at += n;
		return n;
	}
	if (d->kind != READS_PIPE) {
		errno = EBADF;
		return -1;
	}
	if (n == 0)
		return 0;
	struct pipe *p = &rt->pipe[d->index];
	struct object *o = bytes_of(d->index);
	struct event *e = ipc_perform(ipc_op(OP_PIPE_READ, o->id), pc, frame);
	if (o->n > 0)
		e->kind = OP_PIPE_GOT;
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

ssize_t ipc_read_file(int fd, void *to, size_t n)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_read, fd, (long)to, n, 0, 0, 0);
	return read_file(fd, to, n, PC, FRAME);
}

ssize_t read(int fd, void *to, size_t n)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_read, fd, (long)to, n, 0, 0, 0);
	ssize_t got = read_file(fd, to, n, PC, FRAME);
	if (got > 0)
		ipc_range(to, got, true, PC);
	return got;
}

/* Writes up to PIPE_BUF bytes are whole; of more, others may come in between. */
static ssize_t write_pipe(int index, const char *from, size_t n, uint64_t pc, const uint64_t *frame)
{
	struct pipe *p = &rt->pipe[index];
	struct object *o = bytes_of(index), *readers = readers_of(index);
	size_t done = 0;
	while (done < n) {
		size_t part = n - done < 4096 ? n - done : 4096;
		struct op op = ipc_op(OP_PIPE_WRITE, o->id);
		op.obj2 = readers->id;
		op.arg = part;
		struct event *e = ipc_perform(op, pc, frame);
		ipc_wrote();
		if (readers->owner == 0) {
			e->arg = 0;
			if (me()->ignores_sigpipe) {
				errno = EPIPE;
				return done ? (ssize_t)done : -1;
			}
			if (ipc_current()->process)
				ipc_exit_process(13, pc, frame);
			ipc_crash("SIGPIPE: a write to a pipe whose read end nobody has open");
		}
		for (size_t i = 0; i < part; i++)
			p->bytes[(p->begin + p->size + i) % PIPE_SIZE] = from[done + i];
		p->size = o->n += part;
		ipc_release(ipc_current(), &o->clock);
		done += part;
	}
	return done;
}

static ssize_t write_file(int fd, const void *from, size_t n, uint64_t pc, const uint64_t *frame)
{
	struct descriptor *d = descriptor(fd);
	if (!d)
		return -1;
	if (d->kind == OUTPUT) {
		ipc_output(from, n);
		return n;
	}
	if (d->kind == WRITES_PIPE)
		return write_pipe(d->index, from, n, pc, frame);
	errno = EBADF;
	return -1;
}

ssize_t ipc_write_file(int fd, const void *from, size_t n)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_write, fd, (long)from, n, 0, 0, 0);
	return write_file(fd, from, n, PC, FRAME);
}

ssize_t write(int fd, const void *from, size_t n)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_write, fd, (long)from, n, 0, 0, 0);
	ipc_range(from, n, false, PC);
	return write_file(fd, from, n, PC, FRAME);
}

int isatty(int fd) { return 0; }
int fsync(int fd) { return 0; }

/* Streams over descriptors. */

static ssize_t stream_read(void *cookie, char *to, size_t n) { return read_file((int)(intptr_t)cookie, to, n, PC, NULL); }
static ssize_t stream_write(void *cookie, const char *from, size_t n) { return write_file((int)(intptr_t)cookie, from, n, PC, NULL); }
static int stream_close(void *cookie) { return close((int)(intptr_t)cookie); }

FILE *fdopen(int fd, const char *mode)
{
	if (!descriptor(fd))
		return NULL;
	return ipc_stream(fd, mode, (cookie_io_functions_t){.read = stream_read, .write = stream_write, .close = stream_close});
}
