/* Functions and variables of the program's own that are called as what the C library has. */
#include <assert.h>
#include <pthread.h>

typedef struct {
	int value;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
} semaphore;

void wait(semaphore *s)
{
	pthread_mutex_lock(&s->mutex);
	while (s->value == 0)
		pthread_cond_wait(&s->changed, &s->mutex);
	s->value--;
	pthread_mutex_unlock(&s->mutex);
}

void signal(semaphore *s)
{
	pthread_mutex_lock(&s->mutex);
	s->value++;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->mutex);
}

unsigned long strlen(const char *s)
{
	unsigned long n = 0;
	while (s[n])
		n++;
	return n;
}

semaphore full = {0, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER};
int send, read;

static void *thread(void *unused)
{
	send = strlen("text");
	signal(&full);
	return NULL;
}

int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, thread, NULL);
	wait(&full);
	read = send;
	pthread_join(t, NULL);
	assert(read == 4);
	return 0;
}
