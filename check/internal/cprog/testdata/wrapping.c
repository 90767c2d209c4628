/* Two threads lock two mutexes in different orders, by functions of the program's own that are
   given what to lock. The second one is called with locks that it takes itself. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t *left, *right;

static void check(int error)
{
	if (error != 0)
		exit(1);
}

static void lock(pthread_mutex_t *mutex)
{
	int error;
	if (0 != (error = pthread_mutex_lock(mutex)))
		exit(error);
}

static void Lock(pthread_mutex_t *m) { lock(m); }

static void Unlock(pthread_mutex_t *m)
{
	check(pthread_mutex_unlock(m));
}

static void both(pthread_mutex_t *first, pthread_mutex_t *second)
{
	Lock(first);
	Lock(second);
	Unlock(second);
	Unlock(first);
}

static void *one(void *arg)
{
	Lock(left);
	Lock(right);
	Unlock(right);
	Unlock(left);
	return arg;
}

static void *two(void *arg)
{
	both(right, left);
	return arg;
}

int main(void)
{
	pthread_t thread[2];
	left = malloc(sizeof *left);
	right = malloc(sizeof *right);
	pthread_mutex_init(left, NULL);
	pthread_mutex_init(right, NULL);
	pthread_create(&thread[0], NULL, one, NULL);
	pthread_create(&thread[1], NULL, two, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
