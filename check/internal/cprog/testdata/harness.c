/* A bounded buffer, and a harness that records what is done to it. Arguments: what is
   wrong with the buffer, its capacity, and letters: c: the harness says what it calls;
   e: an item is sent before the threads are there; l: main leaves while they are at work. */
#include <ipccheck.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NOTHING, LOSES, TWICE, STACK, ROOMY, DEAF, HASTY };

struct buffer {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int item[8], count;
};

static struct buffer buffer = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER};
static int wrong, capacity;
static bool calls;

static bool put(struct buffer *b, int v)
{
	pthread_mutex_lock(&b->lock);
	while (b->count == capacity + (wrong == ROOMY))
		pthread_cond_wait(&b->changed, &b->lock);
	b->item[b->count++] = v;
	if (wrong == LOSES && b->count == 2)
		b->count--;
	if (wrong != DEAF)
		pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
	return true;
}

static bool get(struct buffer *b, int *v, bool waits)
{
	if (wrong == HASTY && pthread_mutex_trylock(&b->lock) != 0)
		return false;
	if (wrong != HASTY)
		pthread_mutex_lock(&b->lock);
	while (waits && b->count == 0)
		pthread_cond_wait(&b->changed, &b->lock);
	bool there = b->count > 0;
	if (there) {
		*v = b->item[wrong == STACK ? b->count - 1 : 0];
		b->count--;
		if (wrong != STACK)
			for (int i = 0; i < b->count; i++)
				b->item[i] = b->item[i + 1];
		if (wrong == TWICE && *v == 2)
			b->item[b->count++] = 2, wrong = NOTHING;
	}
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
	return there;
}

static void sends(int v)
{
	if (calls)
		ipc_call_send(&buffer, v);
	if (put(&buffer, v))
		ipc_send(&buffer, v);
	else
		ipc_full(&buffer, v);
}

static bool receives(bool waits)
{
	int v;
	if (calls)
		ipc_call_recv(&buffer);
	bool got = get(&buffer, &v, waits);
	if (got)
		ipc_recv(&buffer, v);
	else
		ipc_empty(&buffer);
	return got;
}

static void *producer(void *arg)
{
	sends(1);
	sends(2);
	return arg;
}

static void *consumer(void *arg)
{
	receives(wrong != HASTY);
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t p, c;
	wrong = atoi(argv[1]);
	capacity = atoi(argv[2]);
	calls = strchr(argv[3], 'c') != NULL;
	ipc_object(&buffer, "bounded", capacity);
	if (strchr(argv[3], 'e'))
		sends(0);
	pthread_create(&p, NULL, producer, NULL);
	pthread_create(&c, NULL, consumer, NULL);
	if (strchr(argv[3], 'l')) {
		receives(true);
		exit(0);
	}
	pthread_join(p, NULL);
	pthread_join(c, NULL);
	while (receives(false))
		;
	return 0;
}
