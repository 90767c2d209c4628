/* Several wait at one queue, or one set of semaphores, each for something else. */
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 3 };

int main(void)
{
	struct { long type; int n; } reply = {0, 7};
	int queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600), set = semget(IPC_PRIVATE, CHILDREN, IPC_CREAT | 0600), status, bad = 0;
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
#ifdef SEMAPHORES
			struct sembuf takes = {i, -1, 0};
			_exit(semop(set, &takes, 1));
#else
			_exit(msgrcv(queue, &reply, sizeof reply.n, i + 1, 0) != sizeof reply.n || reply.n != 7);
#endif
		}
	for (int i = 0; i < CHILDREN; i++) {
#ifdef SEMAPHORES
		struct sembuf gives = {i, 1, 0};
		semop(set, &gives, 1);
#else
		reply.type = i + 1;
		msgsnd(queue, &reply, sizeof reply.n, 0);
#endif
	}
	for (int i = 0; i < CHILDREN; i++) {
		wait(&status);
		bad |= status;
	}
	msgctl(queue, IPC_RMID, NULL);
	semctl(set, 0, IPC_RMID);
	return bad;
}
