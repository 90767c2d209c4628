/* many items, one after the other, six inside at most */
#include "scenario.h"

/* More than fit in an array that is thought to be large, or are counted with eight bits. */
enum { ALL = 1100, INSIDE = 6 };

int main(void)
{
	begin(INSIDE);
	for (int first = -1; first < ALL; first += INSIDE) { /* no number stands for nothing */
		for (int i = 0; i < INSIDE; i++)
			ipc_assert_told(buffer_put(buffer, first + i) == BUFFER_OK, "IPC002: a put is refused, and there is room");
		int got[INSIDE], times[INSIDE] = {0};
		for (int i = 0; i < INSIDE; i++) {
			got[i] = first - 1;
			ipc_assert_told(buffer_get(buffer, &got[i]) == BUFFER_OK, "IPC005: a get answers without an item");
			ipc_assert_told(got[i] >= first && got[i] < first + INSIDE, "IPC005: a get answers what is not inside");
			ipc_assert_told(times[got[i] - first]++ == 0, "IPC003: an item is got twice");
		}
		for (int i = 0; i < INSIDE; i++) /* where each has come once, their order counts */
			ipc_assert_told(got[i] == first + i, "IPC004: an item is got that is not the first one");
	}
	buffer_destroy(buffer);
	return 0;
}
