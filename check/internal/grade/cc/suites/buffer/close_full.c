/* two puts wait for room, and the buffer is closed */
#include "scenario.h"

int main(void)
{
	int v;
	begin(1);
	ipc_assert(buffer_put(buffer, 1) == BUFFER_OK);
	int a = start(put, 2), b = start(put, 3);
	start(close_it, 0);
	join_all();
	ipc_assert_code("IPC006", buffer_size(buffer) <= 1);
	ipc_assert(answer[a] == BUFFER_CLOSED && answer[b] == BUFFER_CLOSED);
	ipc_assert(buffer_get(buffer, &v) == BUFFER_OK && v == 1);
	ipc_assert(buffer_get(buffer, &v) == BUFFER_CLOSED);
	buffer_destroy(buffer);
	return 0;
}
