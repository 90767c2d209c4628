#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int *ring;
static int size;
static sem_t *empty, *full;

static void *map(const char *name, size_t bytes) {
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)bytes) != 0) {
		perror(name);
		exit(1);
	}
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p;
}

static void produce(int items) {
	int in = 0;
	for (int v = 1; v <= items; v++) {
		sem_wait(empty);
		ring[in] = v;
		in = (in + 1) % size;
		sem_post(full);
	}
}

static void consume(int items) {
	int out = 0;
	long sum = 0;
	for (int i = 0; i < items; i++) {
		sem_wait(full);
		int v = ring[out];
		out = (out + 1) % size;
		sem_post(empty);
		printf("got %d\n", v);
		sum += v;
	}
	printf("sum %ld\n", sum);
}

int main(int argc, char **argv) {
	if (argc != 4)
		return 2;
	int items = atoi(argv[2]);
	size = atoi(argv[3]);
	char shm[64], e[64], f[64];
	snprintf(shm, sizeof shm, "/%s", argv[1]);
	snprintf(e, sizeof e, "/%s-empty", argv[1]);
	snprintf(f, sizeof f, "/%s-full", argv[1]);
	ring = map(shm, (size_t)size * sizeof *ring);
	empty = sem_open(e, O_CREAT | O_EXCL, 0600, (unsigned)size);
	full = sem_open(f, O_CREAT | O_EXCL, 0600, 0u);
	if (empty == SEM_FAILED || full == SEM_FAILED)
		return 1;
	if (fork() == 0) {
		produce(items);
		_exit(0);
	}
	consume(items);
	wait(NULL);
	return 0;
}
