#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Waits for a second at most, and goes on. */
static void P(sem_t *s) {
	for (;;) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		if (sem_timedwait(s, &until) == 0)
			return;
		if (errno == ETIMEDOUT)
			return;
	}
}

typedef struct {
	int from, no;
} item_t;

static item_t *ring;
static unsigned head, tail, size, inside;
static sem_t places, items, door;
static int producers, consumers, each, pause_us;
static int to_take; /* behind the door */

static void *produce(void *p) {
	int id = *(int *)p;
	for (int no = 1; no <= each; ++no) {
		P(&places);
		P(&door);
		ring[tail++ % size] = (item_t){.from = id, .no = no};
		printf("P%d put %d [%u]\n", id, no, ++inside);
		sem_post(&door);
		sem_post(&items);
	}
	return p;
}

static void *consume(void *p) {
	int id = *(int *)p;
	while (1) {
		P(&door);
		int mine = to_take > 0 ? to_take-- : 0;
		sem_post(&door);
		if (!mine)
			break;
		P(&items);
		P(&door);
		item_t it = ring[head++ % size];
		printf("C%d got %d.%d [%u]\n", id, it.from, it.no, --inside);
		sem_post(&door);
		sem_post(&places);
		struct timespec rest = {pause_us / 1000000, (pause_us % 1000000) * 1000L};
		nanosleep(&rest, NULL);
	}
	return p;
}

int main(int argc, char **argv) {
	if (argc < 5)
		return 2;
	producers = atoi(argv[1]);
	consumers = atoi(argv[2]);
	each = atoi(argv[3]);
	size = (unsigned)atoi(argv[4]);
	if (argc > 5)
		pause_us = atoi(argv[5]);
	to_take = producers * each;
	ring = malloc(size * sizeof *ring);
	sem_init(&places, 0, size);
	sem_init(&items, 0, 0);
	sem_init(&door, 0, 1);
	pthread_t *t = malloc(sizeof *t * (size_t)(producers + consumers));
	int *ids = malloc(sizeof *ids * (size_t)(producers + consumers));
	for (int i = 0; i < producers + consumers; ++i) {
		ids[i] = i < producers ? i + 1 : i - producers + 1;
		if (pthread_create(&t[i], NULL, i < producers ? produce : consume, &ids[i]) != 0)
			return 1;
	}
	for (int i = 0; i < producers + consumers; ++i)
		pthread_join(t[i], NULL);
	printf("total %d\n", producers * each - to_take);
	sem_destroy(&places);
	sem_destroy(&items);
	sem_destroy(&door);
	free(ring);
	free(t);
	free(ids);
	return 0;
}
