/* A thread of C11's waits for another, for a flag that is set under the lock. -DIF: if
   instead of while. -DTIMED: with a time limit. -DNONE: nobody signals. */
#include <assert.h>
#include <threads.h>
#include <time.h>

#ifdef IF
#define WHILE if
#else
#define WHILE while
#endif
#ifdef TIMED
#define WAIT(c, m) cnd_timedwait(c, m, &(struct timespec){0})
#else
#define WAIT cnd_wait
#endif

static mtx_t lock;
static cnd_t cond;
static int ready;

static int sets(void *arg)
{
	mtx_lock(&lock);
	ready = 1;
#ifndef NONE
	cnd_signal(&cond);
#endif
	mtx_unlock(&lock);
	return 0;
}

int main(void)
{
	thrd_t t;
	mtx_init(&lock, mtx_plain);
	cnd_init(&cond);
	thrd_create(&t, sets, NULL);
	mtx_lock(&lock);
	WHILE (!ready)
		WAIT(&cond, &lock);
	assert(ready);
	mtx_unlock(&lock);
	thrd_join(t, NULL);
	return 0;
}
