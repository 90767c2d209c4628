/* Main fails if it comes first; only if it comes second it races with the thread. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int turn;
static int data;

static void *other(void *arg)
{
	if (atomic_fetch_add(&turn, 1) == 0)
		data++;
	return arg;
}

int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, other, NULL);
	assert(atomic_fetch_add(&turn, 1) != 0);
	data++;
	data++;
	atomic_fetch_add(&turn, 1);
	return pthread_join(t, NULL);
}
