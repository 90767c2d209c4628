/* What the system hands out numbers or names of, while others do so, too. Each prints, or asserts, what depends
   on the order. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static int a[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *closer(void *arg)
{
	close(a[(long)arg]);
	return NULL;
}

static void *opener(void *arg)
{
	int p[2];
	char c = 'x';
	pipe(p);
	write(p[1], &c, 1);
	close(p[1]);
	return (void *)(long)(read(p[0], &c, 1) + read(p[0], &c, 1));
}

static void *copier(void *arg)
{
	*(int *)arg = dup(1);
	return NULL;
}

static int order;
static void first(void) { printf("%d", order++ == 0); }
static void second(void) { order++; }

static void *registers(void *arg)
{
	atexit(first);
	return NULL;
}

static void finish(int children)
{
	int status;
	for (int i = 0; i < children; i++) {
		wait(&status);
		assert(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	}
}

/* A child that has done something before uses a pipe and a child of its own. */
static void family(int i, int ready[2])
{
	int p[2];
	char c = 'a' + i;
	write(ready[1], &c, 1);
	pipe(p);
	if (fork() == 0) {
		write(p[1], &c, 1);
		_exit(0);
	}
	assert(read(p[0], &c, 1) == 1 && c == 'a' + i);
	finish(1);
	_exit(0);
}

/* Everything under a name of its own, or under one. */
static void shares(int i, int rounds)
{
	char s[20], m[20];
	snprintf(s, sizeof s, "/s%d", i);
	snprintf(m, sizeof m, "/m%d", i);
	while (rounds--) {
		sem_t *sem = sem_open(s, O_CREAT, 0600, 1);
		int fd = shm_open(m, O_CREAT | O_RDWR, 0600);
		ftruncate(fd, 4096);
		int *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		sem_wait(sem);
		assert(++*p == 1);
		sem_post(sem);
		sem_unlink(s);
		shm_unlink(m);
		close(fd);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	int which = atoi(argv[1]), p[2], copy[2], status;
	pthread_t t, u;
	char c;
	switch (which) {
	case 1: /* the lowest number that is free */
		pipe(a);
		pthread_create(&t, NULL, closer, (void *)0);
		pipe(p);
		pthread_join(t, NULL);
		printf("%d", p[0]);
		break;
	case 2: /* what a child has open */
		pipe(a);
		pthread_create(&t, NULL, closer, (void *)1);
		if (fork() == 0)
			_exit(write(a[1], "x", 1) == 1);
		wait(&status);
		pthread_join(t, NULL);
		printf("%d", WEXITSTATUS(status));
		break;
	case 3: /* two who take numbers */
		pthread_create(&t, NULL, copier, &copy[0]);
		pthread_create(&u, NULL, copier, &copy[1]);
		pthread_join(t, NULL);
		pthread_join(u, NULL);
		printf("%d", copy[0] < copy[1]);
		break;
	case 4: /* whether a read waits, another process says */
		pipe(p);
		if (fork() == 0) {
			fcntl(p[0], F_SETFL, O_NONBLOCK);
			write(p[1], "x", 1);
			_exit(0);
		}
		printf("%d", (int)read(p[0], &c, 1));
		finish(1);
		break;
	case 5: { /* memory that is removed before somebody has it */
		int id = shmget(IPC_PRIVATE, 64, IPC_CREAT | 0600);
		if (fork() == 0)
			_exit(shmat(id, NULL, 0) == (void *)-1);
		shmctl(id, IPC_RMID, NULL);
		wait(&status);
		printf("%d", WEXITSTATUS(status));
		break;
	}
	case 6: /* who registers first */
		pthread_create(&t, NULL, registers, NULL);
		atexit(second);
		pthread_join(t, NULL);
		break;
	case 7: /* a pipe beside a fork: it may have an end of it */
		pthread_create(&t, NULL, opener, NULL);
		if (fork() == 0)
			_exit(0);
		finish(1);
		pthread_join(t, (void **)&status);
		printf("%d", status == 1);
		break;
	case 8: /* processes and pipes, in any order */
		pipe(p);
		for (int i = 0; i < 2; i++)
			if (fork() == 0)
				family(i, p);
		finish(2);
		read(p[0], &c, 1);
		printf("%c", c);
		break;
	case 9: /* one name that several make, and remove */
		for (int i = 0; i < 2; i++)
			if (fork() == 0) {
				int fd = shm_open("/one", O_CREAT | O_EXCL | O_RDWR, 0600);
				if (fd >= 0)
					shm_unlink("/one");
				_exit(fd >= 0);
			}
		int made = 0;
		for (int i = 0; i < 2; i++) {
			wait(&status);
			made += WEXITSTATUS(status);
		}
		printf("%d", made);
		break;
	case 10: /* names that have nothing to do with each other */
		for (int i = 0; i < 3; i++)
			if (fork() == 0)
				shares(i, 2);
		for (int i = 0; i < 3; i++)
			waitpid(-1, &status, 0);
		break;
	case 11: /* one that all open, and the first one makes */
		for (int i = 0; i < 3; i++)
			if (fork() == 0) {
				sem_t *s = sem_open("/all", O_CREAT, 0600, 3);
				sem_wait(s);
				_exit(0);
			}
		finish(3);
		sem_unlink("/all");
		break;
	case 12: { /* a name as a lock */
		int *n = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		for (int i = 0; i < 2; i++)
			if (fork() == 0) {
				while (shm_open("/lock", O_CREAT | O_EXCL | O_RDWR, 0600) < 0)
					usleep(10);
				int seen = *n;
				*n = seen + 1;
				shm_unlink("/lock");
				_exit(0);
			}
		finish(2);
		printf("%d", *n);
		break;
	}
	}
	return 0;
}
