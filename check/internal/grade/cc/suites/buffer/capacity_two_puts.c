/* two puts wait for room, then a get comes, capacity 1 */
#include "scenario.h"

int main(void)
{
	int v;
	begin(1);
	ipc_assert_told(buffer_put(buffer, 1) == BUFFER_OK, "IPC002: a put is refused, and there is room");
	start(put, 2);
	start(put, 3);
	for (int i = 0; i < 3; i++) {
		ipc_assert_told(buffer_get(buffer, &v) == BUFFER_OK, "IPC005: a get answers without an item");
		size_t n = buffer_size(buffer);
		ipc_assert_told(n < 2 || n > 3, "IPC006: more are inside than there is room for"); /* of more it is the count that is wrong */
	}
	join_all();
	buffer_destroy(buffer);
	return 0;
}
