/* Children that write to a pipe, and their parent that reads. -DLEAK: the parent keeps
   the write end open; -DZOMBIE: it does not wait; -DCLOSED: it does not read;
   -DEACH: it waits for each by number; -DHASTY: it does not wait for one that has not ended. */
#include <assert.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int fd[2], n = 0, status, private = 1;
	pid_t child[2];
	char c;
	if (pipe(fd))
		return 1;
	for (int i = 0; i < 2; i++)
		if ((child[i] = fork()) == 0) {
			close(fd[0]);
			private = 2;
			c = 'a' + i;
			if (write(fd[1], &c, 1) != 1)
				_exit(9);
			_exit(3 + i);
		}
#ifndef LEAK
	close(fd[1]);
#endif
#ifdef CLOSED
	close(fd[0]);
#else
	while (read(fd[0], &c, 1) > 0)
		n++;
	assert(n == 2);
#endif
#ifdef EACH
	for (int i = 0; i < 2; i++) {
		assert(waitpid(child[i], &status, 0) == child[i]);
		assert(WIFEXITED(status) && WEXITSTATUS(status) == 3 + i);
	}
	assert(waitpid(child[0], &status, 0) == -1);
#elif defined(HASTY)
	while (waitpid(-1, &status, WNOHANG) > 0)
		;
#elif !defined(ZOMBIE)
	for (int i = 0; i < 2; i++) {
		wait(&status);
		assert(WIFEXITED(status));
	}
	assert(wait(&status) == -1);
#endif
	assert(private == 1);
	printf("%d\n", n);
	return 0;
}
