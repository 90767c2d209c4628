/* Two children that wait in a function of the program's own, each for a semaphore that nobody
   raises; their parent waits for them. What P is called for is told where it is called, and what
   it is that calls it twice, is told besides. */
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

static int id;

static void P(int n)
{
	struct sembuf down = { .sem_num = n, .sem_op = -1 };
	semop(id, &down, 1);
}

static void twice(int n)
{
	P(n);
	P(n);
}

int main(void)
{
	id = semget(IPC_PRIVATE, 2, 0600);
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			twice(i);
			_exit(0);
		}
	wait(NULL);
	semctl(id, 0, IPC_RMID);
	return 0;
}
