/* Who does not get the second lock gives the first one back, counts that, and tries again: the
   executions have no end. What counts is locked by nobody. */
#include <pthread.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int tries;

static void *both(void *first)
{
	pthread_mutex_t *second = first == &a ? &b : &a;
	for (;;) {
		while (pthread_mutex_trylock(first) != 0)
			;
		if (pthread_mutex_trylock(second) == 0)
			break;
		tries++;
		pthread_mutex_unlock(first);
	}
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
	return NULL;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, both, &a);
	pthread_create(&other, NULL, both, &b);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
