/* Messages between two processes by what the C library offers, for comparison:
 * a POSIX message queue, and the textbook's ring in shared memory with two
 * counting semaphores.
 *
 * ipc mq|shm throughput|latency SIZE COUNT [SLOTS]
 *
 * prints the nanoseconds that COUNT messages took: one after the other in one
 * direction, or there and back. */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
	perror(what);
	exit(1);
}

struct ring {
	sem_t items, room;
	unsigned long in, out;
	char slots[];
};

static size_t size;
static long count;
static unsigned long slots = 64;
static int with_queue;

struct way {
	mqd_t queue;
	struct ring *ring;
};

static struct way make(int n) {
	struct way w = {0};
	char name[64];
	snprintf(name, sizeof name, "/ipccheck-bench-%d-%d", (int)getpid(), n);
	if (with_queue) {
		struct mq_attr a = {.mq_maxmsg = 10, .mq_msgsize = size};
		w.queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &a);
		if (w.queue == (mqd_t)-1)
			fail("mq_open");
		mq_unlink(name);
		return w;
	}
	size_t bytes = sizeof(struct ring) + slots * size;
	int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	if (fd < 0 || ftruncate(fd, bytes))
		fail("shm_open");
	shm_unlink(name);
	w.ring = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (w.ring == MAP_FAILED)
		fail("mmap");
	sem_init(&w.ring->items, 1, 0);
	sem_init(&w.ring->room, 1, slots);
	return w;
}

static void put(struct way w, const char *m) {
	if (with_queue) {
		if (mq_send(w.queue, m, size, 0))
			fail("mq_send");
		return;
	}
	struct ring *r = w.ring;
	sem_wait(&r->room);
	memcpy(r->slots + r->in * size, m, size);
	r->in = (r->in + 1) % slots;
	sem_post(&r->items);
}

static void get(struct way w, char *m) {
	if (with_queue) {
		if (mq_receive(w.queue, m, size, NULL) < 0)
			fail("mq_receive");
		return;
	}
	struct ring *r = w.ring;
	sem_wait(&r->items);
	memcpy(m, r->slots + r->out * size, size);
	r->out = (r->out + 1) % slots;
	sem_post(&r->room);
}

int main(int argc, char **argv) {
	if (argc < 5)
		return 2;
	with_queue = !strcmp(argv[1], "mq");
	int latency = !strcmp(argv[2], "latency");
	size = atol(argv[3]);
	count = atol(argv[4]);
	if (argc > 5)
		slots = atol(argv[5]);
	struct way there = make(0), back = make(1);
	char *m = calloc(1, size);
	pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		put(back, m); /* it runs */
		for (long i = 0; i < count; i++) {
			get(there, m);
			if (latency)
				put(back, m);
		}
		if (!latency)
			put(back, m);
		return 0;
	}
	get(back, m);
	struct timespec a, b;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (long i = 0; i < count; i++) {
		put(there, m);
		if (latency)
			get(back, m);
	}
	if (!latency)
		get(back, m);
	clock_gettime(CLOCK_MONOTONIC, &b);
	waitpid(child, NULL, 0);
	printf("%lld\n", (b.tv_sec - a.tv_sec) * 1000000000LL + (b.tv_nsec - a.tv_nsec));
	return 0;
}
