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
		ipc_assert(answer[a] == BUFFER_OK && item[a] == 1);
	else if (answer[a] == BUFFER_OK)
		ipc_assert_code("IPC002", buffer_get(buffer, &v) == BUFFER_OK && v == 1);
	else
		ipc_assert(answer[a] == BUFFER_CLOSED);
	ipc_assert(buffer_get(buffer, &v) == BUFFER_CLOSED);
	buffer_destroy(buffer);
	return 0;
}
