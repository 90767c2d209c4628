/* a put into a full buffer, capacity 1 and 2 */
#include "scenario.h"

int main(void)
{
	int capacity = 1 + ipc_choose(2), v;
	begin(capacity);
	for (int i = 0; i < capacity; i++)
		ipc_assert_told(buffer_put(buffer, i) == BUFFER_OK, "IPC002: a put is refused, and there is room");
	ipc_assert_told(buffer_size(buffer) == (size_t)capacity, "IPC005: buffer_size does not say how many are inside");
	int late = start(put, 9);
	ipc_assert_told(!returned[late], "IPC006: a put goes through, and the buffer is full"); /* nobody has made room */
	ipc_assert_told(buffer_get(buffer, &v) == BUFFER_OK, "IPC005: a get answers without an item");
	join_all();
	ipc_assert_told(buffer_size(buffer) == (size_t)capacity, "IPC005: buffer_size does not say how many are inside");
	buffer_destroy(buffer);
	return 0;
}
