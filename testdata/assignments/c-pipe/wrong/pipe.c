#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct record {
	int child, seq;
};

static void die(const char *what) {
	perror(what);
	exit(1);
}

static void child(int id, int items, int fd) {
	for (int s = 1; s <= items; s++) {
		struct record r = {id, s};
		if (write(fd, &r, sizeof r) != (ssize_t)sizeof r)
			_exit(1);
	}
	close(fd);
	_exit(0);
}

/* 1: a record, 0: end of file */
static int next(int fd, struct record *r) {
	size_t have = 0;
	while (have < sizeof *r) {
		ssize_t n = read(fd, (char *)r + have, sizeof *r - have);
		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die("read");
		have += (size_t)n;
	}
	return 1;
}

int main(int argc, char **argv) {
	if (argc != 3)
		return 2;
	int children = atoi(argv[1]), items = atoi(argv[2]), fd[2], count = 0, reaped = 0;
	if (pipe(fd) != 0)
		die("pipe");
	for (int i = 1; i <= children; i++) {
		pid_t pid = fork();
		if (pid < 0)
			die("fork");
		if (pid == 0) {
			close(fd[0]);
			child(i, items, fd[1]);
		}
	}
	struct record r;
	while (next(fd[0], &r)) {
		printf("got %d %d\n", r.child, r.seq);
		count++;
	}
	printf("eof %d\n", count);
	close(fd[0]);
	while (wait(NULL) > 0)
		reaped++;
	printf("reaped %d\n", reaped);
	return 0;
}
