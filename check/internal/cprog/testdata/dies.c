/* The first of two threads ends the program behind the runtime's back if the other has gone
   first; the search comes to that when it has been through what they do after it. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static int first;

static void *go(void *arg)
{
	pthread_mutex_lock(&lock);
	if (!first)
		first = (int)(long)arg;
	if (first == 2 && arg == (void *)1)
		__asm__ volatile("syscall" ::"a"(231), "D"(3) : "rcx", "r11", "memory");
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&other);
	pthread_mutex_unlock(&other);
	return NULL;
}

int main(void)
{
	pthread_t thread[2];
	for (long i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, go, (void *)(i + 1));
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
