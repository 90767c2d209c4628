/* a put, or a get of the last item, and the close at once; capacity 1 */
#include "scenario.h"

int main(void)
{
	int v = 0, puts = ipc_choose(2);
	begin(1);
	if (!puts)
		buffer_put(buffer, 1);
	int a = start(puts ? put : get, 1);
	start(close_it, 0);
	join_all();
	if (!puts)
		ipc_assert_told(answer[a] == BUFFER_OK && item[a] == 1, "a get does not get the item that is inside when the buffer is closed");
	else if (answer[a] == BUFFER_OK)
		ipc_assert_told(buffer_get(buffer, &v) == BUFFER_OK && v == 1, "IPC002: a put has answered BUFFER_OK, and its item is not inside");
	else
		ipc_assert_told(answer[a] == BUFFER_CLOSED, "a put has to answer BUFFER_OK or BUFFER_CLOSED");
	ipc_assert_told(buffer_get(buffer, &v) == BUFFER_CLOSED, "once the buffer is closed and empty, a get has to answer BUFFER_CLOSED");
	buffer_destroy(buffer);
	return 0;
}
