/* Children, two of them if -DCHILDREN does not say it, write to pipes, and their parent polls them. -DSELECT: with select;
   -DBUSY: without waiting; -DONE: it reads one byte of both whenever there is something in
   one of them. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CHILDREN
#define CHILDREN 2
#endif
static int fd[CHILDREN][2], open_ends = CHILDREN, n;

static int ready(int i)
{
	if (fd[i][0] < 0)
		return 0;
#ifdef SELECT
	struct timeval now = {0};
	fd_set set;
	FD_ZERO(&set);
	FD_SET(fd[i][0], &set);
	return select(fd[i][0] + 1, &set, NULL, NULL, &now) == 1 && FD_ISSET(fd[i][0], &set);
#else
	struct pollfd p = {.fd = fd[i][0], .events = POLLIN};
	return poll(&p, 1, 0) == 1 && p.revents & (POLLIN | POLLHUP);
#endif
}

static void take(int i)
{
	char c;
	ssize_t k = fd[i][0] < 0 ? -1 : read(fd[i][0], &c, 1);
	if (k == 1)
		n++;
	if (k == 0) {
		close(fd[i][0]);
		fd[i][0] = -1;
		open_ends--;
	}
}

int main(void)
{
	for (int i = 0; i < CHILDREN; i++)
		assert(pipe(fd[i]) == 0);
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
			for (int k = 0; k < CHILDREN; k++) {
				close(fd[k][0]);
				if (k != i)
					close(fd[k][1]);
			}
			_exit(write(fd[i][1], "a", 1) != 1);
		}
	for (int i = 0; i < CHILDREN; i++) {
		close(fd[i][1]);
#ifdef BUSY
		fcntl(fd[i][0], F_SETFL, fcntl(fd[i][0], F_GETFL) | O_NONBLOCK);
#endif
	}
	while (open_ends) {
#ifdef BUSY
		for (int i = 0; i < CHILDREN; i++)
			take(i);
#else
		struct pollfd p[CHILDREN];
		for (int i = 0; i < CHILDREN; i++)
			p[i] = (struct pollfd){.fd = fd[i][0], .events = POLLIN};
		assert(poll(p, CHILDREN, -1) > 0);
		for (int i = 0; i < CHILDREN; i++)
#ifdef ONE
			take(i);
#else
			if (ready(i))
				take(i);
#endif
#endif
	}
	assert(n == CHILDREN);
	while (wait(NULL) > 0)
		;
	return 0;
}
