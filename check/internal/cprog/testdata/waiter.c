/* A waiter on the stack: it is initialised anew where one was destroyed. -DAFTER: one is
   used after it has been destroyed. */
#include <pthread.h>

static void once(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
	pthread_mutex_lock(&lock);
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&cond);
	pthread_mutex_destroy(&lock);
#ifdef AFTER
	pthread_cond_signal(&cond);
#endif
}

int main(void)
{
	once();
	once();
	return 0;
}
