/* read and write, and streams over descriptors. */
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "rt.h"

static ssize_t read_file(int fd, void *to, size_t n, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	struct descriptor *d = ipc_used(fd, pc);
	if (!d)
		return -1;
	if (d->kind == INPUT) {
		size_t have = wire->stdin_size - rt->stdin_at;
		n = n < have ? n : have;
		memcpy(to, STDIN + rt->stdin_at, n);
		rt->stdin_at += n;
		return n;
	}
	if (ipc_read_from(d) >= 0)
		return ipc_read_pipe(d, to, n, pc, frame, loop);
	if (d->kind == EVENTS)
		return ipc_read_events(d, to, n, pc, frame, loop);
	errno = EBADF;
	return -1;
}

static ssize_t write_file(int fd, const void *from, size_t n, bool stream, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	struct descriptor *d = ipc_used(fd, pc);
	if (!d)
		return -1;
	if (d->kind == OUTPUT) {
		ipc_output(d->index, from, n, stream);
		return n;
	}
	if (ipc_written_to(d) >= 0)
		return ipc_write_pipe(d, from, n, false, pc, frame, loop);
	if (d->kind == EVENTS)
		return ipc_write_events(d, from, n, pc, frame);
	errno = EBADF;
	return -1;
}

ssize_t ipc_read(int fd, void *to, size_t n, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_read, fd, (long)to, n, 0, 0, 0);
	ipc_takes_input(fd, frame[7], (const uint64_t *)frame[6]);
	ssize_t got = read_file(fd, to, n, frame[7], (const uint64_t *)frame[6], frame);
	if (got > 0)
		ipc_range(to, got, true, frame[7]);
	return got;
}

ssize_t ipc_write(int fd, const void *from, size_t n, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_write, fd, (long)from, n, 0, 0, 0);
	ipc_range(from, n, false, frame[7]);
	ipc_prints(fd, frame[7], (const uint64_t *)frame[6]);
	return write_file(fd, from, n, false, frame[7], (const uint64_t *)frame[6], frame);
}

/* write, for a function of the C library that is called at a place. */
ssize_t ipc_write_at(int fd, const void *from, size_t n, uint64_t pc, const uint64_t *frame)
{
	ipc_prints(fd, pc, frame);
	return write_file(fd, from, n, false, pc, frame, NULL);
}

/* A vector is read and written as one buffer would be. */
ssize_t readv(int fd, const struct iovec *v, int count)
{
	size_t size = 0, at = 0;
	for (int i = 0; i < count; i++)
		size += v[i].iov_len;
	char *buffer = malloc(size);
	ssize_t got = read_file(fd, buffer, size, PC, FRAME, NULL);
	for (int i = 0; i < count && got > 0 && at < (size_t)got; i++) {
		size_t n = v[i].iov_len < got - at ? v[i].iov_len : got - at;
		ipc_range(v[i].iov_base, n, true, PC);
		memcpy(v[i].iov_base, buffer + at, n);
		at += n;
	}
	free(buffer);
	return got;
}

ssize_t writev(int fd, const struct iovec *v, int count)
{
	size_t size = 0, at = 0;
	for (int i = 0; i < count; i++)
		size += v[i].iov_len;
	char *buffer = malloc(size);
	for (int i = 0; i < count; at += v[i++].iov_len) {
		ipc_range(v[i].iov_base, v[i].iov_len, false, PC);
		memcpy(buffer + at, v[i].iov_base, v[i].iov_len);
	}
	ipc_prints(fd, PC, FRAME);
	ssize_t put = write_file(fd, buffer, size, false, PC, FRAME, NULL);
	free(buffer);
	return put;
}

int isatty(int fd) { return 0; }
int fsync(int fd) { return 0; }

/* Streams. What they do, the call does that the program has made. */

static uint64_t caller(const uint64_t **frame)
{
	struct thread *t = ipc_current();
	*frame = t ? t->call_frame : NULL;
	return t ? t->call : 0;
}

static ssize_t stream_read(void *cookie, char *to, size_t n)
{
	const uint64_t *frame;
	uint64_t pc = caller(&frame);
	return ipc_ready && rt->current ? read_file((int)(intptr_t)cookie, to, n, pc, frame, NULL) : ipc_syscall(SYS_read, (intptr_t)cookie, (long)to, n, 0, 0, 0);
}

static ssize_t stream_write(void *cookie, const char *from, size_t n)
{
	const uint64_t *frame;
	uint64_t pc = caller(&frame);
	bool ours = (intptr_t)cookie == 1 && stdout->_flags & 2; /* the program has not set its buffer */
	ssize_t put = ipc_ready && rt->current ? write_file((int)(intptr_t)cookie, from, n, ours, pc, frame, NULL) : ipc_syscall(SYS_write, (intptr_t)cookie, (long)from, n, 0, 0, 0);
	return put < 0 ? 0 : put; /* that is an error, for a stream of this kind */
}

static int stream_close(void *cookie) { return close((int)(intptr_t)cookie); }

static FILE *stream(int fd, const char *mode, bool closes)
{
	FILE *f = fopencookie((void *)(intptr_t)fd, mode, (cookie_io_functions_t){.read = stream_read, .write = stream_write, .close = closes ? stream_close : NULL});
	if (f)
		f->_fileno = fd;
	return f;
}

FILE *fdopen(int fd, const char *mode) { return ipc_descriptor(fd) ? stream(fd, mode, true) : NULL; }

/* The C library does not know that of such streams. */
int fileno(FILE *f)
{
	if (f->_fileno < 0)
		errno = EBADF;
	return f->_fileno < 0 ? -1 : f->_fileno;
}

/* Gives the standard streams over to the execution. */
void ipc_streams(void)
{
	stdin = stream(0, "r", false);
	stdout = stream(1, "w", false);
	stderr = stream(2, "w", false);
	if (!stdout || !stderr || !stdin)
		ipc_die("the standard streams cannot be replaced");
	setvbuf(stdout, NULL, _IONBF, 0);
	setvbuf(stderr, NULL, _IONBF, 0);
}
