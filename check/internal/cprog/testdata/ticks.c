/* A timer that goes off again and again, and is never stopped. -DHELD: the handler wants a
   lock that the thread holds while it waits. */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

enum { TICKS = 3 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t ticks;

static void tick(int signal)
{
#ifdef HELD
	pthread_mutex_lock(&lock);
#endif
	ticks++;
#ifdef HELD
	pthread_mutex_unlock(&lock);
#endif
}

int main(void)
{
	struct itimerval every = {.it_interval = {.tv_usec = 1000}, .it_value = {.tv_usec = 1000}};
	signal(SIGALRM, tick);
	assert(setitimer(ITIMER_REAL, &every, NULL) == 0);
	pthread_mutex_lock(&lock);
	while (ticks < TICKS)
		pause();
	pthread_mutex_unlock(&lock);
	return 0;
}
