/* Who does not get the second lock gives the first one back, and tries again. -DSPIN: spin
   locks. -DSEEN: it takes it for a failure that the second one was taken. -DCOUNT: it counts how
   often. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>

#ifdef SPIN
static pthread_spinlock_t a, b;
#define lock pthread_spin_lock
#define trylock pthread_spin_trylock
#define unlock pthread_spin_unlock
typedef pthread_spinlock_t lock_t;
#else
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
#define lock pthread_mutex_lock
#define trylock pthread_mutex_trylock
#define unlock pthread_mutex_unlock
typedef pthread_mutex_t lock_t;
#endif
static int done;
#ifdef COUNT
static int tries;
#endif

static void both(lock_t *first, lock_t *second)
{
	for (;;) {
		lock(first);
		if (trylock(second) == 0)
			break;
#ifdef SEEN
		assert(done);
#endif
#ifdef COUNT
		__sync_fetch_and_add(&tries, 1);
#endif
		unlock(first);
		sched_yield();
	}
	done++;
	unlock(second);
	unlock(first);
}

static void *one(void *arg)
{
	both(&a, &b);
	return NULL;
}

static void *other(void *arg)
{
	both(&b, &a);
	return NULL;
}

int main(void)
{
	pthread_t t[2];
#ifdef SPIN
	pthread_spin_init(&a, 0);
	pthread_spin_init(&b, 0);
#endif
	pthread_create(&t[0], NULL, one, NULL);
	pthread_create(&t[1], NULL, other, NULL);
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	assert(done == 2);
	return 0;
}
