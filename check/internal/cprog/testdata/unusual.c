/* What few programs do. The argument says what. */
#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t before = PTHREAD_MUTEX_INITIALIZER, lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t sem;
static atomic_int ready, references = 2;
static int data, result;
static int *counted;
static char text[16] = "12";
static jmp_buf nowhere;

static void *locks(void *arg)
{
	pthread_mutex_lock(&before);
	pthread_mutex_unlock(&before);
	pthread_mutex_lock(&lock);
	data++;
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void *publishes(void *arg)
{
	data = 42;
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&ready, 1, memory_order_relaxed);
	return NULL;
}

static void *drops(void *arg)
{
	int seen = *counted;
	if (atomic_fetch_sub_explicit(&references, 1, memory_order_acq_rel) == 1)
		free(counted);
	return (void *)(long)seen;
}

static void unlocks(void *m) { pthread_mutex_unlock(m); }

static void *leaves(void *arg)
{
	pthread_mutex_lock(&lock);
	pthread_cleanup_push(unlocks, &lock);
	pthread_exit(NULL);
	pthread_cleanup_pop(0);
}

static int jumps(int depth, jmp_buf to)
{
	if (depth == 0)
		longjmp(to, 3);
	return jumps(depth - 1, to);
}

static void returns(void) { setjmp(nowhere); }
static void *arrives(void *arg) { pthread_barrier_wait(&barrier); return NULL; }
static void *posts(void *arg) { sem_post(&sem); return NULL; }
static void *scans(void *arg) { sscanf("7", "%d", &data); return NULL; }
static void *reads(void *arg) { return (void *)(long)(data + atoi(text)); }
static void *writes(void *arg) { text[0] = '3'; return NULL; }

static void both(void *(*a)(void *), void *(*b)(void *))
{
	pthread_t t[2];
	pthread_create(&t[0], NULL, a, NULL);
	pthread_create(&t[1], NULL, b, NULL);
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
}

static void hold(void) { pthread_mutex_lock(&lock); }
static void give(void) { pthread_mutex_unlock(&lock); }

static int deep(int n)
{
	volatile char frame[200];
	frame[0] = n;
	return n ? deep(n - 1) + (frame[0] == (char)n) : 0;
}

static void *large(void *arg)
{
	char bytes[16 << 20];
	return (void *)(long)(bytes[0] = 1);
}

/* A child locks what a thread may hold that it does not have. */
static void forks(void)
{
	pthread_t t;
	pthread_create(&t, NULL, locks, NULL);
	if (fork() == 0) {
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
		_exit(0);
	}
	pthread_join(t, NULL);
	wait(NULL);
}

static void in_a_child(void *shared, int (*use)(void *))
{
	int status;
	if (fork() == 0)
		_exit(use(shared));
	use(shared);
	wait(&status);
	result = WEXITSTATUS(status);
}

static int opens(void *name) { return sem_open(name, O_CREAT | O_EXCL, 0600, 0) == SEM_FAILED; }
static int lock_and_unlock(void *m) { return pthread_mutex_lock(m) || pthread_mutex_unlock(m); }
static void *map(void) { return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); }

int main(int argc, char **argv)
{
	struct timespec second = {1, 0}, then, relative = {5, 0}, wrong = {1800000000, 1500000000};
	pthread_mutexattr_t shared;
	pthread_mutex_t *m;
	pthread_t t;
	jmp_buf here;
	sigset_t set;
	siginfo_t info;
	pid_t child;
	char *block;
	switch (atoi(argv[1])) {
	case 1:
		forks();
		break;
	case 2:
		pthread_atfork(hold, give, give);
		forks();
		break;
	case 3:
		in_a_child("/name", opens);
		sem_unlink("/name");
		return result;
	case 4:
		m = map();
		pthread_mutex_init(m, NULL);
		in_a_child(m, lock_and_unlock);
		break;
	case 5:
		m = map();
		pthread_mutexattr_init(&shared);
		pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
		pthread_mutex_init(m, &shared);
		in_a_child(m, lock_and_unlock);
		break;
	case 6:
		pthread_create(&t, NULL, publishes, NULL);
		while (!atomic_load_explicit(&ready, memory_order_relaxed))
			;
		atomic_thread_fence(memory_order_acquire);
		assert(data == 42);
		pthread_join(t, NULL);
		break;
	case 7:
		pthread_create(&t, NULL, publishes, NULL);
		while (!atomic_load_explicit(&ready, memory_order_relaxed))
			;
		assert(data == 42); /* without a fence */
		pthread_join(t, NULL);
		break;
	case 8:
		counted = calloc(1, sizeof *counted);
		both(drops, drops);
		break;
	case 9:
		both(leaves, leaves);
		break;
	case 10:
		if ((result = setjmp(here)) == 0)
			jumps(5, here);
		return result != 3;
	case 11:
		returns();
		longjmp(nowhere, 1);
	case 12:
		pthread_barrier_init(&barrier, NULL, 2);
		both(arrives, arrives);
		pthread_barrier_destroy(&barrier);
		break;
	case 13:
		pthread_barrier_init(&barrier, NULL, 2);
		pthread_create(&t, NULL, arrives, NULL);
		pthread_create(&t, NULL, arrives, NULL);
		pthread_barrier_destroy(&barrier);
		pthread_exit(NULL);
	case 14:
		pthread_create(&t, NULL, posts, NULL);
		assert(sem_timedwait(&sem, &relative) == 0); /* it is a time of day */
		pthread_join(t, NULL);
		break;
	case 15:
		pthread_mutex_lock(&lock);
		assert(pthread_cond_timedwait(&cond, &lock, &wrong) != 0);
		pthread_mutex_unlock(&lock);
		break;
	case 16:
		both(scans, reads);
		break;
	case 17:
		both(writes, reads);
		break;
	case 18:
		return deep(20000) != 20000;
	case 19:
		both(large, large);
		break;
	case 20:
		clock_gettime(CLOCK_MONOTONIC, &then);
		then.tv_sec += 2;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL);
		nanosleep(&second, NULL);
		return time(NULL) < then.tv_sec + 1;
	case 21:
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		sigprocmask(SIG_BLOCK, &set, NULL);
		assert(sigtimedwait(&set, &info, &second) < 0);
		if ((child = fork()) == 0) {
			kill(getppid(), SIGUSR1);
			_exit(0);
		}
		assert(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_pid == child);
		wait(NULL);
		break;
	case 22:
		sigemptyset(&set);
		sigaddset(&set, SIGALRM);
		sigprocmask(SIG_BLOCK, &set, NULL);
		alarm(1);
		return sigwait(&set, &result) != 0 || result != SIGALRM;
	case 23:
		both(reads, reads);
		block = malloc(64 << 20);
		block[64 << 19] = 1;
		free(block);
		break;
	case 24: {
		void *splits(void *);
		both(splits, splits);
		break;
	}
	case 25: {
		void *counts_both(void *);
		int both_are_counted(void);
		both(counts_both, counts_both);
		return !both_are_counted();
	}
	case 26: {
		void waits_with_two(void);
		waits_with_two();
		break;
	}
	case 27: {
		int sets_what_does_not_matter(void);
		return sets_what_does_not_matter();
	}
	}
	return 0;
}

void *splits(void *arg)
{
	char words[] = "a b";
	return strtok(words, " ");
}

static _Atomic struct counts { long of[2]; } counts; /* of 16 bytes */

void *counts_both(void *arg)
{
	struct counts old = atomic_load(&counts), new;
	do
		new = (struct counts){{old.of[0] + 1, old.of[1] + 2}};
	while (!atomic_compare_exchange_weak(&counts, &old, new));
	return NULL;
}

int both_are_counted(void)
{
	struct counts now = atomic_load(&counts);
	return now.of[0] == 2 && now.of[1] == 4;
}

void waits_with_two(void)
{
	pthread_mutex_t both;
	pthread_mutexattr_t recursive;
	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&both, &recursive);
	pthread_mutex_lock(&both);
	pthread_mutex_lock(&both);
	pthread_cond_wait(&cond, &both);
}

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

int sets_what_does_not_matter(void)
{
	struct rlimit limit;
	umask(077);
	if (fork() == 0)
		_exit(setsid() < 0 || nice(1) != 1 || umask(0) != 077 || prctl(PR_SET_NAME, "child") || getrlimit(RLIMIT_CORE, &limit));
	wait(&result);
	return result || umask(022) != 077;
}
