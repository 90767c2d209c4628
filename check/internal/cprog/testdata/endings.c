/* What comes to its end: threads, processes, barriers. The argument says what. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_t joined;
static int *called;

static void *nothing(void *arg) { return arg; }

static void *joins(void *arg)
{
	pthread_join(joined, NULL);
	return arg;
}

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static int ended, ends_of_pipe[2];

/* The second one ends the program, while the third one may wait for the lock. */
static void *ends(void *arg)
{
	pthread_mutex_lock(&m);
	if (++ended == 2)
		exit(0);
	pthread_mutex_unlock(&m);
	return arg;
}

static void *locks(void *arg)
{
	pthread_mutex_lock(&m);
	ended = 1;
	pthread_mutex_unlock(&m);
	return arg;
}

static void *is_quicker(void *arg)
{
	pthread_mutex_lock(&m);
	int yes = !ended;
	pthread_mutex_unlock(&m);
	if (yes)
		exit(0);
	return arg;
}

static void *exits(void *arg)
{
	(void)arg;
	exit(0);
}

static void *waits(void *arg)
{
	pthread_mutex_lock(&m);
	while (!ended)
		pthread_cond_wait(&never, &m);
	pthread_mutex_unlock(&m);
	return arg;
}

static void *crosses(void *arg)
{
	pthread_mutex_lock(arg ? &m : &other);
	pthread_mutex_lock(arg ? &other : &m);
	pthread_mutex_unlock(&m);
	pthread_mutex_unlock(&other);
	return arg;
}

static void at_the_end(void)
{
	assert(++*called < 3);
}

int main(int argc, char **argv)
{
	pthread_t a, b;
	pthread_barrier_t barrier;
	char *zeros;
	switch (atoi(argv[1])) {
	case 1: /* two threads join the same one */
		pthread_create(&joined, NULL, nothing, NULL);
		pthread_create(&a, NULL, joins, NULL);
		pthread_create(&b, NULL, joins, NULL);
		pthread_join(a, NULL);
		pthread_join(b, NULL);
		break;
	case 2: /* each process calls what is to be called at its end */
		called = mmap(NULL, sizeof *called, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		atexit(at_the_end);
		for (int i = 0; i < 2; i++)
			if (fork() == 0)
				exit(0);
		while (wait(NULL) > 0)
			;
		break;
	case 3:
		pthread_barrier_init(&barrier, NULL, 1);
		pthread_barrier_destroy(&barrier);
		pthread_barrier_wait(&barrier);
		break;
	case 4:
		zeros = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		return zeros[8000] || munmap(zeros, 8192);
	case 5:
		for (int i = 0; i < 3; i++)
			pthread_create(&a, NULL, ends, NULL);
		pthread_join(a, NULL);
		break;
	case 6: /* it ends while another thread waits for what it has locked */
		pthread_create(&a, NULL, locks, NULL);
		pthread_mutex_lock(&m);
		if (!ended)
			exit(0);
		pthread_mutex_unlock(&m);
		pthread_join(a, NULL);
		break;
	case 7: /* it ends twice */
		pthread_create(&a, NULL, is_quicker, NULL);
		pthread_mutex_lock(&m);
		ended = 1;
		pthread_mutex_unlock(&m);
		break;
	case 8: /* main waits till the program ends */
		pthread_create(&a, NULL, exits, NULL);
		waits(NULL);
		break;
	case 9: /* and this is a deadlock for all that */
		pthread_create(&a, NULL, exits, NULL);
		pthread_create(&b, NULL, crosses, NULL);
		crosses(&b);
		break;
	case 10: /* who waits has nothing to do with who ends */
		pthread_create(&a, NULL, waits, NULL);
		pthread_mutex_lock(&m);
		ended = 1;
		pthread_mutex_unlock(&m);
		exit(0);
	case 11: /* main returns with what it has locked */
		pthread_create(&a, NULL, locks, NULL);
		pthread_mutex_lock(&m);
		break;
	case 12: /* a child waits for what it would find at the end of the pipe */
		if (pipe(ends_of_pipe) == 0 && fork() == 0) {
			char c;
			close(ends_of_pipe[1]);
			_exit(read(ends_of_pipe[0], &c, 1) != 0);
		}
		pthread_create(&a, NULL, exits, NULL);
		pthread_join(a, NULL);
	}
	return 0;
}
