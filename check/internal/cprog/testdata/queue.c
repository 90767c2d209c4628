/* A message queue of POSIX, with room for one message, and a thread that sends. -DNOBODY:
   nobody takes the second one; -DORDER: it is believed that messages come in the order of
   sending; -DFUTEX: a futex says that it is over, and -DLATE: nobody is woken by it. */
#include <assert.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int over;

static void *sender(void *queue)
{
	mqd_t q = *(mqd_t *)queue;
	mq_send(q, "low", 4, 1);
	mq_send(q, "high", 5, 2);
#ifdef FUTEX
	__atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
#ifndef LATE
	syscall(SYS_futex, &over, FUTEX_WAKE, 1, NULL, NULL, 0);
#endif
#endif
	return NULL;
}

int main(void)
{
	char got[16];
	unsigned priority;
	pthread_t t;
#if defined ORDER || defined FUTEX
	struct mq_attr a = {.mq_maxmsg = 2, .mq_msgsize = sizeof got};
#else
	struct mq_attr a = {.mq_maxmsg = 1, .mq_msgsize = sizeof got};
#endif
	mqd_t q = mq_open("/queue", O_CREAT | O_RDWR, 0600, &a);
	pthread_create(&t, NULL, sender, &q);
#ifdef FUTEX
	while (__atomic_load_n(&over, __ATOMIC_SEQ_CST) == 0)
		syscall(SYS_futex, &over, FUTEX_WAIT, 0, NULL, NULL, 0);
#endif
#ifndef NOBODY
	assert(mq_receive(q, got, sizeof got, &priority) > 0);
#if defined ORDER
	assert(strcmp(got, "low") == 0);
#elif defined FUTEX
	assert(strcmp(got, "high") == 0 && priority == 2);
#endif
	assert(mq_receive(q, got, sizeof got, NULL) > 0);
#endif
	pthread_join(t, NULL);
	mq_close(q);
	mq_unlink("/queue");
	return 0;
}
