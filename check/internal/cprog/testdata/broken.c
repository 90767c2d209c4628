/* Locks and the like that are not there, by the number that is the argument: what is wrong
   comes in lines of its own. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t ready;
	sem_t items;
	pthread_rwlock_t table;
	int done;
	struct queue *next;
};

static pthread_mutex_t global = PTHREAD_MUTEX_INITIALIZER;

static struct queue *made(void)
{
	struct queue *q = malloc(sizeof *q);
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->ready, NULL);
	q->done = 0;
	return q;
}

static void *finishes(void *arg)
{
	struct queue *q = arg;
	pthread_mutex_lock(&q->lock);
	q->done = 1;
	pthread_mutex_unlock(&q->lock);
	pthread_cond_signal(&q->ready); /* q may be gone */
	return NULL;
}

static void *dies(void *arg)
{
	pthread_mutex_lock(arg);
	return NULL;
}

static void *sets(void *arg)
{
	((struct queue *)arg)->done = 1;
	return NULL;
}

static void *nothing(void *arg) { return NULL; }

int main(int argc, char **argv)
{
	pthread_t t;
	struct queue *q = made(), *fresh = malloc(sizeof *fresh);
	pthread_attr_t detached;
	pthread_mutexattr_t robust;
	struct queue local[2];
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	pthread_mutexattr_init(&robust);
	pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
	switch (atoi(argv[1])) {
	case 1:
		pthread_mutex_lock(&fresh->lock);
		break;
	case 2:
		sem_post(&fresh->items);
		break;
	case 3:
		pthread_rwlock_rdlock(&fresh->table);
		break;
	case 4:
		pthread_mutex_destroy(&global);
		pthread_mutex_destroy(&global);
		break;
	case 5:
		free(q);
		pthread_mutex_lock(&q->lock);
		break;
	case 6:
		pthread_create(&t, &detached, nothing, NULL);
		pthread_join(t, NULL);
		break;
	case 7:
		pthread_create(&t, NULL, finishes, q);
		pthread_mutex_lock(&q->lock);
		while (!q->done)
			pthread_cond_wait(&q->ready, &q->lock);
		pthread_mutex_unlock(&q->lock);
		free(q);
		pthread_join(t, NULL);
		break;
	case 8:
		return fresh->next->done;
	case 9: /* nothing is wrong, and whoever dies with a lock that is robust, leaves it */
		*fresh = (struct queue){PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER};
		pthread_mutex_lock(&fresh->lock);
		pthread_mutex_destroy(&global);
		pthread_mutex_init(&global, &robust);
		pthread_create(&t, NULL, dies, &global);
		int r = pthread_mutex_lock(&global);
		if (r == 0) {
			pthread_mutex_unlock(&global);
			pthread_join(t, NULL);
			r = pthread_mutex_lock(&global);
		} else
			pthread_join(t, NULL);
		assert(r == EOWNERDEAD && pthread_mutex_consistent(&global) == 0);
		pthread_mutex_unlock(&global);
		assert(pthread_mutex_lock(&global) == 0);
		break;
	case 10:
		pthread_create(&t, NULL, sets, &local[1]);
		pthread_mutex_lock(&global);
		local[1].done = 2;
		pthread_mutex_unlock(&global);
		pthread_join(t, NULL);
		break;
	case 11: /* each process unmaps for itself */
	case 12:;
		int *mapped = mmap(NULL, 2 * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (fork() == 0) {
			munmap(mapped, 2 * sizeof(int));
			if (atoi(argv[1]) == 12)
				mapped[1] = 1;
			_exit(0);
		}
		wait(NULL);
		mapped[0] = 1;
		break;
	case 13: /* what is attached twice is there until it is detached twice */
	case 14:;
		int id = shmget(IPC_PRIVATE, sizeof(sem_t), IPC_CREAT | 0600);
		sem_t *once = shmat(id, NULL, 0), *twice = shmat(id, NULL, 0);
		shmctl(id, IPC_RMID, NULL);
		sem_init(once, 1, 0);
		shmdt(once);
		if (atoi(argv[1]) == 14)
			shmdt(once);
		sem_post(twice);
	}
	return 0;
}
