/* many items, one after the other, six inside at most */
#include "scenario.h"

/* More than fit in an array that is thought to be large, or are counted with eight bits. */
enum { ALL = 1100, INSIDE = 6 };

int main(void)
{
	begin(INSIDE);
	for (int first = -1; first < ALL; first += INSIDE) { /* no number stands for nothing */
		for (int i = 0; i < INSIDE; i++)
			ipc_assert(buffer_put(buffer, first + i) == BUFFER_OK);
		int got[INSIDE], times[INSIDE] = {0};
		for (int i = 0; i < INSIDE; i++) {
			got[i] = first - 1;
			ipc_assert(buffer_get(buffer, &got[i]) == BUFFER_OK);
			ipc_assert_code("IPC005", got[i] >= first && got[i] < first + INSIDE);
			ipc_assert_code("IPC003", times[got[i] - first]++ == 0);
		}
		for (int i = 0; i < INSIDE; i++) /* where each has come once, their order counts */
			ipc_assert_code("IPC004", got[i] == first + i);
	}
	buffer_destroy(buffer);
	return 0;
}
