/* What there are bounds of, and what is not controlled: the argument says what. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static void *nothing(void *arg) { return NULL; }

static void *sets(void *arg)
{
	setenv("SET", "yes", 1);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t t;
	timer_t timer;
	int p[2];
	switch (atoi(argv[1])) {
	case 1:
		for (int i = 0; i < 100; i++) {
			char name[20];
			snprintf(name, sizeof name, "/s%d", i);
			sem_open(name, O_CREAT, 0600, 1);
			sem_unlink(name);
		}
		break;
	case 2:
		for (int i = 0; i < 80; i++) {
			pthread_create(&t, NULL, nothing, NULL);
			pthread_join(t, NULL);
		}
		break;
	case 3:
		while (dup(1) >= 0)
			;
		break;
	case 4:
		for (int i = 0; i < 40; i++) {
			pipe(p);
			close(p[0]);
			close(p[1]);
		}
		break;
	case 5:
		pthread_create(&t, NULL, sets, NULL);
		p[0] = getenv("SET") != NULL;
		pthread_join(t, NULL);
		break;
	case 6:
		return sigqueue(getpid(), SIGUSR1, (union sigval){0});
	case 7:
		return timer_create(CLOCK_REALTIME, NULL, &timer);
	case 8:
		return pclose(popen("true", "r"));
	case 9:
		return epoll_create1(0);
	case 10:
		if (fork() == 0)
			_exit(setpgid(0, 0));
		return kill(0, 0);
	}
	return 0;
}
