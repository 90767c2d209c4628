/* -DWRONG says what is wrong: the tests put it in front. */
#include "buffer.h"
#include <pthread.h>
#include <stdlib.h>
#ifndef WRONG
#define WRONG 0
#endif

struct buffer {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t capacity, count, first;
	unsigned char puts;
	int closed, items[];
};

buffer_t *buffer_create(size_t capacity)
{
	static char only[200];
	buffer_t *b = WRONG == 13 ? (buffer_t *)only : calloc(1, sizeof *b + (capacity + 1) * sizeof *b->items);
	b->capacity = WRONG == 12 ? capacity + 1 : capacity;
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->changed, NULL);
	return b;
}

static void wake(buffer_t *b)
{
	if (WRONG == 2)
		pthread_cond_signal(&b->changed);
	else
		pthread_cond_broadcast(&b->changed);
}

int buffer_put(buffer_t *b, int item)
{
	pthread_mutex_lock(&b->lock);
	if (WRONG == 9) {
		if (b->count == b->capacity && !b->closed)
			pthread_cond_wait(&b->changed, &b->lock);
	}
	while (WRONG != 9 && b->count == b->capacity && !b->closed)
		pthread_cond_wait(&b->changed, &b->lock);
	int result = b->closed ? BUFFER_CLOSED : BUFFER_OK;
	if (WRONG == 8 && b->closed)
		result = BUFFER_OK;
	if (!b->closed) {
		size_t place = b->first + b->count++;
		if (WRONG == 11)
			place = b->puts++;
		b->items[WRONG == 7 ? place & (b->capacity - 1) : place % b->capacity] = item;
		wake(b);
	}
	pthread_mutex_unlock(&b->lock);
	return result;
}

int buffer_get(buffer_t *b, int *item)
{
	pthread_mutex_lock(&b->lock);
	if (WRONG == 5) {
		struct timespec until = {0, 0};
		if (b->count == 0 && !b->closed)
			pthread_cond_timedwait(&b->changed, &b->lock, &until);
	} else if (WRONG == 1) {
		if (b->count == 0 && !b->closed)
			pthread_cond_wait(&b->changed, &b->lock);
	} else if (WRONG == 4) {
		while (b->count == 0 && !b->closed) {
			pthread_mutex_unlock(&b->lock);
			pthread_mutex_lock(&b->lock);
		}
	} else {
		while (WRONG != 15 && b->count == 0 && !b->closed)
			pthread_cond_wait(&b->changed, &b->lock);
	}
	int result = b->count == 0 && (WRONG == 15 || b->closed) ? BUFFER_CLOSED : BUFFER_OK;
	if (result == BUFFER_OK) {
		int *at = &b->items[WRONG == 7 ? b->first & (b->capacity - 1) : b->first];
		if (WRONG != 14)
			*item = *at;
		if (WRONG == 6) {
			pthread_mutex_unlock(&b->lock);
			pthread_mutex_lock(&b->lock);
		}
		b->first = (b->first + 1) % b->capacity;
		b->count--;
		wake(b);
		if (WRONG == 14) {
			pthread_mutex_unlock(&b->lock);
			*item = *at;
			return result;
		}
	}
	pthread_mutex_unlock(&b->lock);
	return result;
}

size_t buffer_size(buffer_t *b)
{
	if (WRONG == 3)
		return b->count;
	pthread_mutex_lock(&b->lock);
	size_t n = b->count;
	pthread_mutex_unlock(&b->lock);
	return n;
}

int buffer_close(buffer_t *b)
{
	pthread_mutex_lock(&b->lock);
	b->closed = 1;
	if (WRONG == 10) {
		pthread_cond_signal(&b->changed);
		pthread_cond_signal(&b->changed);
	} else {
		pthread_cond_broadcast(&b->changed);
	}
	pthread_mutex_unlock(&b->lock);
	return 0;
}

void buffer_destroy(buffer_t *b)
{
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->lock);
	if (WRONG != 13)
		free(b);
}
