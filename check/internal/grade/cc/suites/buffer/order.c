/* one thread puts three items, another gets them, capacity 2 */
#include "scenario.h"

static void *three(void *arg)
{
	for (int v = 1; v <= 3; v++)
		buffer_put(buffer, v);
	return arg;
}

int main(void)
{
	begin(2);
	start(three, 0);
	for (int i = 1; i <= 3; i++) {
		ipc_assert_told(buffer_get(buffer, &item[i]) == BUFFER_OK, "IPC005: a get answers without an item");
		threads_get[i] = 1;
	}
	join_all();
	got_each(3, 1, 3);
	for (int i = 1; i <= 3; i++)
		ipc_assert_told(item[i] == i, "IPC004: an item is got that is not the first one");
	buffer_destroy(buffer);
	return 0;
}
