/* A counter in memory that processes share, and the semaphore that guards it.
   -DPRIVATE: the semaphore lies where each process has its own; -DNAMED=1, 2: it has a
   name, and that is removed, or not. */
#include <assert.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared { sem_t sem; int n; };
static sem_t private;

int main(void)
{
	struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sem_t *sem = &s->sem;
#ifdef PRIVATE
	sem = &private;
#endif
#ifdef NAMED
	sem = sem_open("/counter", O_CREAT | O_EXCL, 0600, 1);
#else
	sem_init(sem, 1, 1);
#endif
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			sem_wait(sem);
			s->n++;
			sem_post(sem);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	assert(s->n == 2);
#if NAMED == 1
	sem_unlink("/counter");
#endif
	return 0;
}
