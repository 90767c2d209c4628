/* Each thread sets the element whose number main has by then counted to, and which may be that
   of another one, or none. That they race for elements shows up late. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { N = 4 };

static int *array, count;

static void *sets(void *unused)
{
	array[count] = 1;
	return NULL;
}

int main(void)
{
	pthread_t t[N];
	int sum = 0;
	array = calloc(N, sizeof *array);
	for (int i = 0; i < N; i++) {
		pthread_create(&t[i], NULL, sets, NULL);
		count++;
	}
	for (int i = 0; i < N; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < N; i++)
		sum += array[i];
	assert(sum == N);
	return 0;
}
