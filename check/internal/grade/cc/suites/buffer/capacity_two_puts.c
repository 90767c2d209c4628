/* two puts wait for room, then a get comes, capacity 1 */
#include "scenario.h"

int main(void)
{
	int v;
	begin(1);
	ipc_assert(buffer_put(buffer, 1) == BUFFER_OK);
	start(put, 2);
	start(put, 3);
	for (int i = 0; i < 3; i++) {
		ipc_assert(buffer_get(buffer, &v) == BUFFER_OK);
		size_t n = buffer_size(buffer);
		ipc_assert_code("IPC006", n < 2 || n > 3); /* of more it is the count that is wrong */
	}
	join_all();
	buffer_destroy(buffer);
	return 0;
}
