#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct item {
	int producer, seq;
};

static struct item *buffer;
static int n, in, out, count;
static sem_t empty, full;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int items, total, taken, pause_us;

static void *producer(void *arg) {
	int id = (int)(long)arg;
	for (int seq = 1; seq <= items; seq++) {
		pthread_mutex_lock(&mutex);
		sem_wait(&empty);
		buffer[in] = (struct item){id, seq};
		in = (in + 1) % n;
		count++;
		printf("P%d put %d [%d]\n", id, seq, count);
		pthread_mutex_unlock(&mutex);
		sem_post(&full);
	}
	return NULL;
}

static void *consumer(void *arg) {
	int id = (int)(long)arg;
	for (;;) {
		pthread_mutex_lock(&mutex);
		int done = taken == total;
		if (!done)
			taken++;
		pthread_mutex_unlock(&mutex);
		if (done)
			return NULL;
		sem_wait(&full);
		pthread_mutex_lock(&mutex);
		struct item it = buffer[out];
		out = (out + 1) % n;
		count--;
		printf("C%d got %d.%d [%d]\n", id, it.producer, it.seq, count);
		pthread_mutex_unlock(&mutex);
		sem_post(&empty);
		usleep((useconds_t)pause_us);
	}
}

int main(int argc, char **argv) {
	if (argc < 5) {
		fprintf(stderr, "usage: %s PRODUCERS CONSUMERS ITEMS SIZE [PAUSE]\n", argv[0]);
		return 2;
	}
	int p = atoi(argv[1]), c = atoi(argv[2]);
	items = atoi(argv[3]);
	n = atoi(argv[4]);
	pause_us = argc > 5 ? atoi(argv[5]) : 0;
	total = p * items;
	buffer = calloc((size_t)n, sizeof *buffer);
	sem_init(&empty, 0, (unsigned)n);
	sem_init(&full, 0, 0);
	pthread_t t[p + c];
	for (int i = 0; i < p; i++)
		pthread_create(&t[i], NULL, producer, (void *)(long)(i + 1));
	for (int i = 0; i < c; i++)
		pthread_create(&t[p + i], NULL, consumer, (void *)(long)(i + 1));
	for (int i = 0; i < p + c; i++)
		pthread_join(t[i], NULL);
	printf("total %d\n", taken);
	free(buffer);
	return 0;
}
