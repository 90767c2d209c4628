/* Local variables that others use. The argument: 1: nobody waits for the thread that writes
   to one. 2: the function has returned before. 3: the thread of one has ended. 4: a thread
   may have ended. 5, 6: all is right. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

static sem_t go, done;
static int *lent;

static void *writes(void *arg)
{
	*(int *)arg = 5;
	return NULL;
}

static void *writes_late(void *arg)
{
	sem_wait(&go);
	*(int *)arg = 5;
	sem_post(&done);
	return NULL;
}

static void *lends(void *arg)
{
	int local = 1, *p = &local;
	if (arg) {
		lent = p;
		sem_post(&go);
		if (*(int *)arg)
			sem_wait(&done);
	}
	return p;
}

static void starts(void *(*function)(void *))
{
	int local = 0;
	pthread_t t;
	pthread_create(&t, NULL, function, &local);
	pthread_detach(t);
}

static int waits(int n)
{
	int local = n;
	pthread_t t;
	pthread_create(&t, NULL, writes_late, &local);
	sem_post(&go);
	sem_wait(&done);
	return local;
}

int main(int argc, char **argv)
{
	int which = atoi(argv[1]), stays = which == 5;
	pthread_t t;
	void *p;
	switch (which) {
	case 1:
		starts(writes);
		sleep(1);
		break;
	case 2:
		starts(writes_late);
		sem_post(&go);
		sem_wait(&done);
		break;
	case 3:
		pthread_create(&t, NULL, lends, NULL);
		pthread_join(t, &p);
		return *(int *)p - 1;
	case 4:
	case 5:
		pthread_create(&t, NULL, lends, &stays);
		sem_wait(&go);
		*lent = 2;
		sem_post(&done);
		pthread_join(t, NULL);
		break;
	case 6:
		return waits(1) + waits(2) - 10;
	}
	return 0;
}
