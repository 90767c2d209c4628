/* Pairs of sockets: two pipes, one in each direction. */
#include <fcntl.h>
#include <sys/socket.h>

#include "rt.h"

int socketpair(int domain, int type, int protocol, int fd[2])
{
	if (domain != AF_UNIX || (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != SOCK_STREAM)
		ipc_unsupported("socketpair is controlled with AF_UNIX and SOCK_STREAM only", PC);
	ipc_numbers_change(PC);
	int there = ipc_new_pipe(STREAM, PC), back = ipc_new_pipe(STREAM, PC), flags = type & SOCK_NONBLOCK ? O_NONBLOCK : 0;
	ipc_range(fd, 2 * sizeof *fd, true, PC);
	fd[0] = ipc_new_descriptor(SOCKET, back, there, flags, PC);
	fd[1] = ipc_new_descriptor(SOCKET, there, back, flags, PC);
	ipc_wrote();
	return fd[1] < 0 ? -1 : 0;
}

static struct descriptor *socket_of(int fd, uint64_t pc)
{
	struct descriptor *d = ipc_used(fd, pc);
	if (d && d->kind != SOCKET) {
		errno = ENOTSOCK;
		return NULL;
	}
	return d;
}

int shutdown(int fd, int how)
{
	struct descriptor *d = socket_of(fd, PC);
	if (how != SHUT_WR)
		ipc_unsupported("shutdown is controlled with SHUT_WR only", PC);
	if (d)
		ipc_shut(ipc_written_to(d), PC);
	return d ? 0 : -1;
}

ssize_t send(int fd, const void *from, size_t n, int flags)
{
	struct descriptor *d = socket_of(fd, PC);
	if (flags & ~MSG_NOSIGNAL)
		ipc_unsupported("send is controlled with MSG_NOSIGNAL only", PC);
	ipc_range(from, n, false, PC);
	return d ? ipc_write_pipe(d, from, n, flags & MSG_NOSIGNAL, PC, FRAME, NULL) : -1;
}

ssize_t recv(int fd, void *to, size_t n, int flags)
{
	struct descriptor *d = socket_of(fd, PC);
	if (flags)
		ipc_unsupported("recv is controlled without flags only", PC);
	ssize_t got = d ? ipc_read_pipe(d, to, n, PC, FRAME, NULL) : -1;
	if (got > 0)
		ipc_range(to, got, true, PC);
	return got;
}
