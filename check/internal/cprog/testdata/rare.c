/* What is seldom done, or done too late. The argument says which. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

static sem_t units;
static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, late;
static pthread_rwlock_t table, fair = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_spinlock_t spins;
static mtx_t plain;
static atomic_int ready;
static int which, data, ended;
static int *shared;

static void *uses(void *unused)
{
	pthread_mutex_lock(&first);
	pthread_mutex_unlock(&first);
	switch (which) {
	case 1:
		sem_post(&units);
		break;
	case 2:
		pthread_mutex_lock(&late);
		break;
	case 3:
		pthread_rwlock_rdlock(&table);
		break;
	case 4:
		pthread_spin_lock(&spins);
		break;
	case 5:
		mtx_lock(&plain);
		break;
	}
	return NULL;
}

static void *writes(void *unused)
{
	pthread_rwlock_wrlock(&fair);
	data++;
	pthread_rwlock_unlock(&fair);
	return NULL;
}

static void *ends(void *unused)
{
	pthread_mutex_lock(&first);
	ended++;
	pthread_mutex_unlock(&first);
	if (shared)
		*shared = 1;
	return NULL;
}

static void at_the_end(void) { assert(ended == 0); }

static void *publishes(void *unused)
{
	data = 1;
	atomic_store_explicit(&ready, 1, memory_order_release);
	return NULL;
}

static void wait_for_child(int signal)
{
	sigset_t set;
	int got;
	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pid_t parent = getpid(), child = fork();
	if (!child) {
		if (signal != SIGCHLD)
			kill(parent, signal);
		_exit(0);
	}
	sigwait(&set, &got);
	assert(got == signal && waitpid(child, NULL, 0) == child);
}

static void handler(int signal) { ended = 1; }

static void *asks(void *unused)
{
	sem_getvalue(&units, &data);
	return NULL;
}

static void *collects(void *unused)
{
	wait(&data);
	return NULL;
}

int main(int argc, char **argv)
{
	struct { long type; int item; } message = {1, 0};
	struct sigaction action = {.sa_handler = handler};
	pthread_t t;
	int queue, pair[2], expected = 0;
	which = atoi(argv[1]);
	switch (which) {
	case 1 ... 5:
		pthread_create(&t, NULL, uses, NULL);
		sem_init(&units, 0, 1);
		pthread_mutex_init(&late, NULL);
		pthread_rwlock_init(&table, NULL);
		pthread_spin_init(&spins, 0);
		mtx_init(&plain, mtx_plain);
		return pthread_join(t, NULL);
	case 6: /* who reads, and asks to read once more, waits for the writer that waits for it */
		pthread_create(&t, NULL, writes, NULL);
		pthread_rwlock_rdlock(&fair);
		pthread_rwlock_rdlock(&fair);
		pthread_rwlock_unlock(&fair);
		pthread_rwlock_unlock(&fair);
		return pthread_join(t, NULL);
	case 7:
		pthread_create(&t, NULL, writes, NULL);
		writes(NULL);
		pthread_join(t, NULL);
		return data != 2;
	case 8: /* what is called at the end is, when the last thread has ended */
		atexit(at_the_end);
		pthread_create(&t, NULL, ends, NULL);
		pthread_exit(NULL);
	case 9: /* a child lives as long as its threads do */
		shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (!fork()) {
			pthread_create(&t, NULL, ends, NULL);
			pthread_exit(NULL);
		}
		wait(NULL);
		return !*shared;
	case 10: /* what is blocked is not ignored */
		wait_for_child(SIGCHLD);
		return 0;
	case 11:
		signal(SIGUSR1, SIG_IGN);
		wait_for_child(SIGUSR1);
		return 0;
	case 12: /* who finds something else than expected acquires what the other order says */
	case 13:
		pthread_create(&t, NULL, publishes, NULL);
		if (!(which == 12 ? atomic_compare_exchange_strong_explicit(&ready, &expected, 2, memory_order_acq_rel, memory_order_relaxed)
		                  : atomic_compare_exchange_strong_explicit(&ready, &expected, 2, memory_order_acq_rel, memory_order_acquire)))
			assert(data == 1);
		return pthread_join(t, NULL);
	case 14: /* a socket is readable when the other one is closed */
		socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
		if (!fork())
			_exit(0);
		close(pair[1]);
		struct pollfd p = {pair[0], POLLIN, 0};
		poll(&p, 1, -1);
		assert(p.revents & POLLIN && read(pair[0], &which, 1) == 0);
		return wait(NULL) < 0;
	case 15:
		return thrd_join(thrd_current(), NULL) != thrd_error;
	case 16:
		queue = msgget(IPC_PRIVATE, 0600 | IPC_CREAT);
		for (int i = 0; i < 100; i++)
			msgsnd(queue, &message, sizeof message.item, 0);
		return 0;
	case 17:
		sigaction(SIGALRM, &action, NULL);
		queue = msgget(IPC_PRIVATE, 0600 | IPC_CREAT);
		alarm(1);
		return msgrcv(queue, &message, sizeof message.item, 0, 0) != -1 || errno != EINTR;
	case 18:
		for (;;)
			sleep(1);
	case 19: /* two answers in one place */
		pthread_create(&t, NULL, asks, NULL);
		asks(NULL);
		return pthread_join(t, NULL);
	case 20:
		if (!fork() || !fork())
			_exit(0);
		pthread_create(&t, NULL, collects, NULL);
		collects(NULL);
		return pthread_join(t, NULL);
	case 21: /* nobody need wait for a child whose end is ignored */
		signal(SIGCHLD, SIG_IGN);
		if (!fork())
			_exit(0);
		return 0;
	}
	return 1;
}
