/* Thread-specific data. */
#include <threads.h>

#include "rt.h"

static int keys;
static void (*destructor[KEYS])(void *);

/* Runs the destructors of thread-specific data, up to as many rounds as POSIX asks for. */
void ipc_destroy_specific(struct thread *t)
{
	for (int round = 0; round < 4; round++)
		for (int k = 0; k < keys; k++)
			if (t->specific[k] && destructor[k]) {
				void *value = t->specific[k];
				t->specific[k] = NULL;
				destructor[k](value);
			}
}

int pthread_key_create(pthread_key_t *key, void (*destroy)(void *))
{
	ipc_in_turn(&keys, PC, FRAME);
	if (keys == KEYS)
		ipc_unsupported("the program makes more keys than are controlled", PC);
	destructor[keys] = destroy;
	*key = keys++;
	return 0;
}

int pthread_key_delete(pthread_key_t key)
{
	if (key < KEYS)
		destructor[key] = NULL;
	return 0;
}

void *pthread_getspecific(pthread_key_t key) { return ipc_current() && key < KEYS ? ipc_current()->specific[key] : NULL; }

int pthread_setspecific(pthread_key_t key, const void *value)
{
	if (!ipc_current() || key >= KEYS)
		return EINVAL;
	ipc_current()->specific[key] = (void *)value;
	return 0;
}

int tss_create(tss_t *key, tss_dtor_t destructor) { return pthread_key_create(key, destructor) ? thrd_error : thrd_success; }
void tss_delete(tss_t key) { pthread_key_delete(key); }
void *tss_get(tss_t key) { return pthread_getspecific(key); }
int tss_set(tss_t key, void *value) { return pthread_setspecific(key, value) ? thrd_error : thrd_success; }
