/* Two children that wait in a function of the program's own, each for a semaphore that nobody
   raises; their parent waits for them. */
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

static int id;

static void P(int n)
{
	struct sembuf down = { .sem_num = n, .sem_op = -1 };
	semop(id, &down, 1);
}

int main(void)
{
	id = semget(IPC_PRIVATE, 2, 0600);
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			P(i);
			_exit(0);
		}
	wait(NULL);
	semctl(id, 0, IPC_RMID);
	return 0;
}
