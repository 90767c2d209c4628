/* The circular queue of the textbooks: one producer, one consumer, and its three lines
   as they stand there. */
#include <assert.h>
#include <pthread.h>

#define N 3
#ifndef PRODUCERS
#define PRODUCERS 1
#endif

static int buffer[N], in, out, received[PRODUCERS];

static void *producer(void *arg)
{
	int next_produced = (int)(long)arg;
	while (((in + 1) % N) == out)
		;
	buffer[in] = next_produced;
	in = (in + 1) % N;
	return NULL;
}

static void *consumer(void *arg)
{
	for (int i = 0; i < PRODUCERS; i++) {
		while (in == out)
			;
		received[buffer[out]]++;
		out = (out + 1) % N;
	}
	return arg;
}

int main(void)
{
	pthread_t threads[PRODUCERS + 1];
	for (long i = 0; i < PRODUCERS; i++)
		pthread_create(&threads[i], NULL, producer, (void *)i);
	pthread_create(&threads[PRODUCERS], NULL, consumer, NULL);
	for (int i = 0; i <= PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < PRODUCERS; i++)
		assert(received[i] == 1);
	return 0;
}
