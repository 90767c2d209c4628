#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct msg {
	int child, no; /* no 0: this child has no more */
};

/* The parent stops when it has met the sentinel of each child, and never reads to the end of file. */
int main(int argc, char **argv) {
	if (argc != 3)
		return 2;
	int children = atoi(argv[1]), items = atoi(argv[2]), fd[2];
	if (pipe(fd) == -1)
		return 1;
	for (int i = 1; i <= children; i++) {
		pid_t p = fork();
		if (p == 0) {
			close(fd[0]);
			for (int j = 1; j <= items + 1; j++) {
				struct msg m = {i, j <= items ? j : 0};
				if (write(fd[1], &m, sizeof m) != sizeof m)
					_exit(1);
			}
			_exit(0);
		}
	}
	int open = children, got = 0;
	while (open > 0) {
		struct msg m;
		char *p = (char *)&m;
		for (size_t have = 0; have < sizeof m;) {
			ssize_t k = read(fd[0], p + have, sizeof m - have);
			if (k <= 0)
				return 1;
			have += (size_t)k;
		}
		if (m.no == 0) {
			open--;
			continue;
		}
		printf("got %d %d\n", m.child, m.no);
		got++;
	}
	printf("eof %d\n", got);
	int reaped = 0;
	for (int i = 0; i < children; i++)
		if (wait(NULL) > 0)
			reaped++;
	printf("reaped %d\n", reaped);
	return 0;
}
