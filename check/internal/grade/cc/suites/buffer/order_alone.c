/* one thread puts two items, then gets them, capacity 2 */
#include "scenario.h"

int main(void)
{
	begin(2);
	for (int v = 1; v <= 2; v++)
		ipc_assert_told(buffer_put(buffer, v) == BUFFER_OK, "IPC002: a put is refused, and there is room");
	for (int i = 1; i <= 2; i++) {
		ipc_assert_told(buffer_get(buffer, &item[i]) == BUFFER_OK, "IPC005: a get answers without an item");
		threads_get[i] = 1;
	}
	got_each(2, 1, 2);
	ipc_assert_told(item[1] == 1, "IPC004: an item is got that is not the first one");
	buffer_destroy(buffer);
	return 0;
}
