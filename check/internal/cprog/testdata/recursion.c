/* A thread that calls a function which calls itself without end. */
#include <pthread.h>

#ifndef BYTES
#define BYTES 1
#endif

static int calls_itself(int n)
{
	char bytes[BYTES] = {n};
	return calls_itself(n + bytes[0]) + bytes[0];
}

static void *thread(void *unused)
{
	calls_itself(1);
	return NULL;
}

int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	return 0;
}
