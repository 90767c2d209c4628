/* two buffers, an item in each, capacity 2 */
#include "scenario.h"

int main(void)
{
	int v = 0, w = 0;
	begin(2);
	buffer_t *other = buffer_create(2);
	ipc_assert_told(other != NULL, "there is no second buffer");
	buffer_put(buffer, 1);
	ipc_assert_told(buffer_size(other) == 0, "IPC005: an item that is put into one buffer is in the other");
	buffer_put(other, 2);
	ipc_assert_told(buffer_size(buffer) == 1 && buffer_size(other) == 1, "IPC005: an item that is put into one buffer is in the other");
	buffer_get(other, &w);
	buffer_get(buffer, &v);
	ipc_assert_told(v == 1 && w == 2, "IPC005: an item that is put into one buffer is in the other");
	buffer_destroy(buffer);
	buffer_destroy(other);
	return 0;
}
