/* two puts wait for room, and the buffer is closed */
#include "scenario.h"

int main(void)
{
	int v;
	begin(1);
	ipc_assert_told(buffer_put(buffer, 1) == BUFFER_OK, "a put is refused, and there is room");
	int a = start(put, 2), b = start(put, 3);
	start(close_it, 0);
	join_all();
	ipc_assert_told(buffer_size(buffer) <= 1, "IPC006: more are inside than there is room for");
	ipc_assert_told(answer[a] == BUFFER_CLOSED && answer[b] == BUFFER_CLOSED, "who waits when the buffer is closed has to answer BUFFER_CLOSED");
	ipc_assert_told(buffer_get(buffer, &v) == BUFFER_OK && v == 1, "what is inside when the buffer is closed has to be got");
	ipc_assert_told(buffer_get(buffer, &v) == BUFFER_CLOSED, "once the buffer is closed and empty, a get has to answer BUFFER_CLOSED");
	buffer_destroy(buffer);
	return 0;
}
