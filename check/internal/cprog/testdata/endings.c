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
	}
	return 0;
}
