/* Threads that make pipes, and one that forks: its child has those that are there by then. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int pairs[2][2];
static atomic_int steps;

static void *thread(void *arg)
{
	int i = (int)(long)arg;
	char c;
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	pipe(pairs[i]);
	write(pairs[i][1], "ab", 2);
	steps++;
	read(pairs[i][0], &c, 1);
	if (i == 0 && fork() == 0)
		_exit(++steps);
	return NULL;
}

int main(void)
{
	pthread_t t[2];
	for (long i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
