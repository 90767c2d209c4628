/* Signals, by number. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t reaped, got;
static sigset_t set, old;

static void on_child(int signal)
{
	int error = errno;
#ifdef ONCE /* two children may end before it runs */
	if (waitpid(-1, NULL, WNOHANG) > 0)
		reaped++;
#else
	while (waitpid(-1, NULL, WNOHANG) > 0)
		reaped++;
#endif
	errno = error;
}

static void note(int signal) { got = signal; }

static void handle(int signal, void (*handler)(int), int flags)
{
	struct sigaction a;
	memset(&a, 0, sizeof a);
	a.sa_handler = handler;
	a.sa_flags = flags;
	assert(sigaction(signal, &a, NULL) == 0);
}

static void *waiter(void *arg)
{
	int signal;
	assert(sigwait(&set, &signal) == 0 && signal == SIGUSR1);
	return NULL;
}

int main(void)
{
	int fd[2], status, n = 0;
	pid_t child, me = getpid();
	pthread_t t;
	char c;
	assert(pipe(fd) == 0);
	sigemptyset(&set);
#if WHICH == 1 /* children end while their parent reads */
#ifdef RESTART
	handle(SIGCHLD, on_child, SA_RESTART);
#else
	handle(SIGCHLD, on_child, 0);
#endif
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			close(fd[0]);
			_exit(write(fd[1], "x", 1) != 1);
		}
	close(fd[1]);
	for (ssize_t r; (r = read(fd[0], &c, 1)) != 0;)
		if (r == 1)
			n++;
#ifndef NOLOOP
		else if (errno == EINTR)
			continue;
#endif
		else
			return 2;
	assert(n == 2);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	while (reaped < 2)
		sigsuspend(&old);
#elif WHICH == 2 /* a signal may come between the look and the wait */
	handle(SIGUSR1, note, 0);
	sigaddset(&set, SIGUSR1);
	if (fork() == 0)
		_exit(kill(me, SIGUSR1));
#ifdef PAUSE
	while (!got)
		pause();
#else
	sigprocmask(SIG_BLOCK, &set, &old);
	while (!got)
		sigsuspend(&old);
	sigprocmask(SIG_SETMASK, &old, NULL);
#endif
	while (wait(NULL) < 0)
		;
#elif WHICH == 3 /* a child dies of a signal, whatever it does */
	if ((child = fork()) == 0) {
		close(fd[1]);
#ifdef SPINS
		while (!got)
			;
#endif
		while (read(fd[0], &c, 1) > 0)
			;
		pause();
	}
	close(fd[0]);
	kill(child, SIGTERM);
	assert(waitpid(child, &status, 0) == child);
	assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
#elif WHICH == 4 /* it is another thread that waits for it */
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&t, NULL, waiter, NULL);
	kill(me, SIGUSR1);
	pthread_join(t, NULL);
#elif WHICH == 5 /* nobody writes: time passes */
	handle(SIGALRM, note, 0);
	alarm(1);
	assert(read(fd[0], &c, 1) == -1 && errno == EINTR && got == SIGALRM);
	alarm(1);
	pause();
#elif WHICH == 6
	handle(SIGPIPE, note, 0);
	close(fd[0]);
	assert(write(fd[1], "x", 1) == -1 && errno == EPIPE && got == SIGPIPE);
	signal(SIGPIPE, SIG_IGN);
	assert(write(fd[1], "x", 1) == -1 && errno == EPIPE);
	raise(SIGUSR1); /* ends the program */
#elif WHICH == 7 /* children that wait for a semaphore die of a signal */
	pid_t worker[2];
	sem_t *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sem_init(s, 1, 1);
	for (int i = 0; i < 2; i++)
		if ((worker[i] = fork()) == 0)
			for (;;)
				sem_wait(s);
	for (int i = 0; i < 2; i++)
		kill(worker[i], SIGKILL);
	for (int i = 0; i < 2; i++)
		assert(waitpid(worker[i], &status, 0) == worker[i] && WIFSIGNALED(status));
#elif WHICH == 8 /* the handler may be installed too late */
	if ((child = fork()) == 0) {
		handle(SIGTERM, note, 0);
		sigaddset(&set, SIGTERM);
		sigprocmask(SIG_BLOCK, &set, &old);
#ifdef READY
		assert(write(fd[1], "r", 1) == 1);
#endif
		while (!got)
			sigsuspend(&old);
		_exit(7);
	}
#ifdef READY
	assert(read(fd[0], &c, 1) == 1);
#endif
	kill(child, SIGTERM);
	assert(waitpid(child, &status, 0) == child);
	assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
#endif
	return 0;
}
