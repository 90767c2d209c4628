/* Producers and a consumer with semaphores. -DFIRST: the mutex before the semaphore that
   counts. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

#define SIZE 2
#define ITEMS 2

static sem_t empty, full, mutex;
static int buffer[SIZE], in, out, sum;

static void *producer(void *arg)
{
	for (int i = 1; i <= ITEMS; i++) {
#ifdef FIRST
		sem_wait(&mutex);
		sem_wait(&empty);
#else
		sem_wait(&empty);
		sem_wait(&mutex);
#endif
		buffer[in] = i;
		in = (in + 1) % SIZE;
		sem_post(&mutex);
		sem_post(&full);
	}
	return arg;
}

static void *consumer(void *arg)
{
	for (int i = 0; i < 2 * ITEMS; i++) {
#ifdef FIRST
		sem_wait(&mutex);
		sem_wait(&full);
#else
		sem_wait(&full);
		sem_wait(&mutex);
#endif
		sum += buffer[out];
		out = (out + 1) % SIZE;
		sem_post(&mutex);
		sem_post(&empty);
	}
	return arg;
}

int main(void)
{
	pthread_t thread[3];
	sem_init(&empty, 0, SIZE);
	sem_init(&full, 0, 0);
	sem_init(&mutex, 0, 1);
	pthread_create(&thread[0], NULL, producer, NULL);
	pthread_create(&thread[1], NULL, producer, NULL);
	pthread_create(&thread[2], NULL, consumer, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	assert(sum == ITEMS * (ITEMS + 1));
	return 0;
}
