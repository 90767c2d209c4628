/* A mailbox whose receiver does not look where the sender puts it. */
#include <ipccheck.h>
#include <pthread.h>

static int box;

static void *sends(void *arg)
{
	ipc_call_send(&box, 7);
	ipc_send(&box, 7);
	return arg;
}

int main(void)
{
	pthread_t t;
	pthread_create(&t, NULL, sends, NULL);
	ipc_call_recv(&box);
	ipc_empty(&box, 0);
	return pthread_join(t, NULL);
}
