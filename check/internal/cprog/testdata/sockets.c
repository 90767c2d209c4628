/* Descriptors: pairs of sockets, those with a count, and who uses, closes and reads them. The argument
   says what. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int pair[2], events;

static void echoes(void)
{
	char c;
	close(pair[0]);
	while (read(pair[1], &c, 1) == 1)
		write(pair[1], &c, 1);
	_exit(0);
}

static void adds_up(void)
{
	char text[16];
	ssize_t n;
	size_t sum = 0;
	close(pair[0]);
	while ((n = recv(pair[1], text, sizeof text, 0)) > 0)
		sum += n;
	send(pair[1], &sum, sizeof sum, MSG_NOSIGNAL);
	_exit(0);
}

static void *adds(void *arg)
{
	uint64_t more = (uintptr_t)arg;
	write(events, &more, sizeof more);
	return NULL;
}

static void threads(void)
{
	pthread_t t;
	for (uintptr_t i = 1; i <= 2; i++) {
		pthread_create(&t, NULL, adds, (void *)i);
		pthread_detach(t);
	}
}

static void *writes(void *arg)
{
	write(pair[1], "x", 1);
	if (arg)
		close(pair[1]);
	return NULL;
}

static void *line(void *arg)
{
	return fgets(arg, 4, stdin);
}

int main(int argc, char **argv)
{
	pthread_t t, u;
	char first[4], second[4];
	int which = atoi(argv[1]), n = 0;
	struct pollfd p = {.events = POLLIN};
	uint64_t count;
	char c = 'a';
	switch (which) {
	case 1:
	case 2: /* the end of the child is left open */
		socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
		if (fork() == 0)
			echoes();
		if (which == 1)
			close(pair[1]);
		write(pair[0], &c, 1);
		assert(read(pair[0], &c, 1) == 1 && c == 'a');
		if (which == 1)
			close(pair[0]);
		wait(NULL);
		break;
	case 3:
		socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
		if (fork() == 0)
			adds_up();
		close(pair[1]);
		send(pair[0], "abc", 3, 0);
		send(pair[0], "de", 2, 0);
		shutdown(pair[0], SHUT_WR);
		assert(recv(pair[0], &count, sizeof count, 0) == sizeof count && count == 5);
		assert(send(pair[0], &c, 1, MSG_NOSIGNAL) < 0 && errno == EPIPE);
		wait(NULL);
		break;
	case 4: /* a read takes all that has been added */
		events = eventfd(0, 0);
		threads();
		for (; n < 2; n++)
			read(events, &count, sizeof count);
		break;
	case 5:
		p.fd = events = eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK);
		threads();
		for (; n < 3; n++)
			assert(poll(&p, 1, -1) == 1 && eventfd_read(events, &count) == 0 && count == 1);
		assert(eventfd_read(events, &count) < 0 && errno == EAGAIN);
		break;
	case 6:
		pipe(pair);
		pthread_create(&t, NULL, writes, NULL);
		pthread_create(&u, NULL, writes, "last");
		pthread_join(t, NULL);
		pthread_join(u, NULL);
		break;
	case 7:
		pthread_create(&t, NULL, line, first);
		pthread_create(&u, NULL, line, second);
		pthread_join(t, NULL);
		pthread_join(u, NULL);
		assert(atoi(first) == 1);
	}
	return 0;
}
