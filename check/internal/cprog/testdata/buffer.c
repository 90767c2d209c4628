/* A bounded buffer: one mutex, two condition variables. -DP producers, -DC consumers,
   -DCAP slots, -DN items of each producer. -DONE: one condition variable for both sides;
   -DALL: it is broadcast to. -DIF: if instead of while. */
#include <assert.h>
#include <pthread.h>

#ifndef P
#define P 1
#endif
#ifndef C
#define C 1
#endif
#ifndef CAP
#define CAP 1
#endif
#ifndef N
#define N 2
#endif
#ifdef ONE
#define NOT_FULL not_empty
#else
#define NOT_FULL not_full
#endif
#ifdef ALL
#define WAKE pthread_cond_broadcast
#else
#define WAKE pthread_cond_signal
#endif
#ifdef IF
#define WHILE if
#else
#define WHILE while
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER, not_full = PTHREAD_COND_INITIALIZER;
static int buffer[CAP], count, first;
static int received[P * N];

static void put(int item)
{
	pthread_mutex_lock(&lock);
	WHILE (count == CAP)
		pthread_cond_wait(&NOT_FULL, &lock);
	buffer[(first + count) % CAP] = item;
	count++;
	WAKE(&not_empty);
	pthread_mutex_unlock(&lock);
}

static int get(void)
{
	pthread_mutex_lock(&lock);
	WHILE (count == 0)
		pthread_cond_wait(&not_empty, &lock);
	int item = buffer[first];
	first = (first + 1) % CAP;
	count--;
	WAKE(&NOT_FULL);
	pthread_mutex_unlock(&lock);
	return item;
}

static void *producer(void *arg)
{
	for (int i = 0; i < N; i++)
		put((int)(long)arg * N + i);
	return NULL;
}

static void *consumer(void *arg)
{
	for (int i = 0; i < P * N / C; i++)
		received[get()]++;
	return arg;
}

int main(void)
{
	pthread_t thread[P + C];
	for (long i = 0; i < P; i++)
		pthread_create(&thread[i], NULL, producer, (void *)i);
	for (int i = 0; i < C; i++)
		pthread_create(&thread[P + i], NULL, consumer, NULL);
	for (int i = 0; i < P + C; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < P * N; i++)
		assert(received[i] == 1);
	return 0;
}
