/* A child that tries until what it looks for is there. The argument says what, and 3: nobody makes it. */
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int which = atoi(argv[1]), id = -1;
	sem_t *s = NULL;
	if (fork() == 0) {
		if (which == 2)
			while ((id = shmget(7, 64, 0)) < 0)
				usleep(1000);
		else
			while ((s = sem_open("/made", 0)) == SEM_FAILED)
				;
		_exit(s && sem_wait(s) < 0);
	}
	if (which == 1) {
		s = sem_open("/made", O_CREAT, 0600, 1);
		wait(NULL);
		sem_unlink("/made");
	} else if (which == 2) {
		id = shmget(7, 64, IPC_CREAT | 0600);
		wait(NULL);
		shmctl(id, IPC_RMID, NULL);
	} else
		wait(NULL);
	return 0;
}
