/* What the C library, or the compiler, does behind a program's back. -DWHICH says what. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct node { struct node *next; };
static _Atomic(struct node *) top;
static char text[32] = "text";
static int shared;

static void leave(void) { _exit(0); }

#if WHICH == 5
__attribute__((no_sanitize("thread")))
#endif
static void *thread(void *arg)
{
#if WHICH == 1 /* what the exchange expects is in the node, not on the stack */
	struct node *n = malloc(sizeof *n);
	n->next = atomic_load(&top);
	while (!atomic_compare_exchange_weak(&top, &n->next, n))
		;
#elif WHICH == 2 /* strtok has one position for all threads */
	char words[] = "a b c";
	for (char *p = strtok(words, " "); p; p = strtok(NULL, " "))
		;
#elif WHICH == 3
	snprintf(text, sizeof text, "%ld %.1f", (long)arg, 1.5);
#elif WHICH == 4
	if (arg)
		text[0]++;
	else
		printf("%5d %g %s\n", 1, 2.0, text);
#elif WHICH == 5
	shared++;
#endif
	return NULL;
}

int main(void)
{
	pthread_t t[2];
#if WHICH == 7
	atexit(leave);
	exit(4);
#endif
	for (long i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	while (WHICH == 1 && top) {
		struct node *n = top;
		top = n->next;
		free(n);
	}
	return 0;
}
