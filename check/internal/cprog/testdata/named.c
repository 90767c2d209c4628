/* Somebody waits for what processes share under a name, and nobody comes: for what, the first
   argument says. */
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <unistd.h>

struct account { int balance; pthread_mutex_t lock; };

static atomic_int flags[2];

static void change(int of, int number, int by)
{
	struct sembuf op = {number, by, 0};
	semop(of, &op, 1);
}

static void enter(struct account *a) { pthread_mutex_lock(&a->lock); }

int main(int argc, char **argv)
{
	struct account *first = malloc(sizeof *first), *second = malloc(sizeof *second);
	struct letter { long type; char text[8]; } letter = {1, "x"};
	char c;
	struct mq_attr one = {.mq_maxmsg = 1, .mq_msgsize = 1};
	mqd_t jobs = mq_open("/jobs", O_CREAT | O_RDWR, 0600, &one);
	int orders = msgget(0x1234, IPC_CREAT | 0600), set = semget(IPC_PRIVATE, 2, 0600);
	sem_t *items = sem_open("/items", O_CREAT, 0600, 0);
	int fd = shm_open("/buf", O_CREAT | O_RDWR, 0600);
	ftruncate(fd, 2 * sizeof(sem_t));
	sem_t *b = mmap(NULL, 2 * sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	sem_init(b + 1, 1, 0);
	switch (*argv[1]) {
	case 'f':
		mq_send(jobs, "x", 1, 0);
		mq_send(jobs, "x", 1, 0);
	case 'e':
		mq_receive(jobs, &c, 1, NULL);
	case 't':
		msgsnd(orders, &letter, 8, 0);
		msgrcv(orders, &letter, 8, 2, 0);
	case 's':
		change(set, 1, -1);
	case 'z':
		change(set, 1, 1);
		change(set, 1, 0);
	case 'h':
		pthread_mutex_init(&first->lock, NULL);
		pthread_mutex_init(&second->lock, NULL);
		enter(first);
		enter(second);
		enter(second);
	case 'a':
		while (flags[1] == 0)
			;
	case 'n':
		sem_wait(items);
	case 'm':
		sem_wait(b + 1);
	case 'l':
		__atomic_store_n((char *)b + 3, 1, __ATOMIC_SEQ_CST);
		sem_wait(items);
	}
	return 0;
}
