/* The circular queue of the textbooks, with its three lines as they stand there.
   -DP producers of -DN items each, one consumer; -DKIND=volatile or _Atomic. */
#include <assert.h>
#include <pthread.h>

#ifndef P
#define P 1
#endif
#ifndef N
#define N 2
#endif
#ifndef KIND
#define KIND
#endif
#define SIZE 3

static int buffer[SIZE];
static KIND int in, out;
static int received[P * N];

static void *producer(void *arg)
{
	for (int i = 0; i < N; i++) {
		int next_produced = (int)(long)arg * N + i;
		while (((in + 1) % SIZE) == out)
			;
		buffer[in] = next_produced;
		in = (in + 1) % SIZE;
	}
	return NULL;
}

static void *consumer(void *arg)
{
	for (int i = 0; i < P * N; i++) {
		while (in == out)
			;
		received[buffer[out]]++;
		out = (out + 1) % SIZE;
	}
	return arg;
}

int main(void)
{
	pthread_t thread[P + 1];
	for (long i = 0; i < P; i++)
		pthread_create(&thread[i], NULL, producer, (void *)i);
	pthread_create(&thread[P], NULL, consumer, NULL);
	for (int i = 0; i <= P; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < P * N; i++)
		assert(received[i] == 1);
	return 0;
}
