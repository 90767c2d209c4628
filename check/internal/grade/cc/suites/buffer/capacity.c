/* a put into a full buffer, capacity 1 and 2 */
#include "scenario.h"

int main(void)
{
	int capacity = 1 + ipc_choose(2), v;
	begin(capacity);
	for (int i = 0; i < capacity; i++)
		ipc_assert(buffer_put(buffer, i) == BUFFER_OK);
	ipc_assert(buffer_size(buffer) == (size_t)capacity);
	int late = start(put, 9);
	ipc_assert_code("IPC006", !returned[late]); /* nobody has made room */
	ipc_assert(buffer_get(buffer, &v) == BUFFER_OK);
	join_all();
	ipc_assert(buffer_size(buffer) == (size_t)capacity);
	buffer_destroy(buffer);
	return 0;
}
