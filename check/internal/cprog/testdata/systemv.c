/* System V: two processes count in shared memory under a semaphore, and one sends messages
   to the other. -DNOLOCK: no semaphore; -DORDER: two semaphores, taken in two orders;
   -DUNDO: the end of a process gives the semaphore back, -DKEEP: it does not; -DTYPE: a
   message of a type that nobody sends. */
#include <assert.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static int set;

static void change(int number, int by)
{
	struct sembuf op = {number, by, 0};
#ifdef UNDO
	op.sem_flg = SEM_UNDO;
#endif
	semop(set, &op, 1);
}

static void count(int *n, int first)
{
#ifndef NOLOCK
	change(first, -1);
#endif
#ifdef ORDER
	change(!first, -1);
	change(!first, 1);
#endif
	++*n;
#ifndef NOLOCK
	if (first >= 0 && n[1] == 0)
		change(first, 1);
#endif
}

int main(void)
{
	struct { long type; char text[8]; } m = {2, "second"}, got;
	int memory = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600), queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600), one = 0;
	int *n = shmat(memory, NULL, 0), other = 0;
	set = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
	semctl(set, 0, SETVAL, 1);
	semctl(set, 1, SETVAL, 1);
#ifdef ORDER
	other = 1;
#endif
#if defined UNDO || defined KEEP
	n[1] = 1; /* nobody gives it back */
#endif
	if (fork() == 0) {
		count(n, one);
		msgsnd(queue, &m, sizeof m.text, 0);
		m.type = 1;
		msgsnd(queue, &m, sizeof m.text, 0);
		_exit(0);
	}
#if defined UNDO || defined KEEP
	wait(NULL);
#endif
	count(n, other);
#ifdef TYPE
	msgrcv(queue, &got, sizeof got.text, 3, 0);
#endif
	assert(msgrcv(queue, &got, sizeof got.text, 1, 0) == sizeof got.text && got.type == 1);
	assert(msgrcv(queue, &got, sizeof got.text, -5, 0) == sizeof got.text && got.type == 2 && strcmp(got.text, "second") == 0);
	wait(NULL);
	assert(*n == 2);
	semctl(set, 0, IPC_RMID);
	msgctl(queue, IPC_RMID, NULL);
	shmdt(n);
	shmctl(memory, IPC_RMID, NULL);
	return 0;
}
