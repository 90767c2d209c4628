/* one thread puts two items, then gets them, capacity 2 */
#include "scenario.h"

int main(void)
{
	begin(2);
	for (int v = 1; v <= 2; v++)
		ipc_assert(buffer_put(buffer, v) == BUFFER_OK);
	for (int i = 1; i <= 2; i++) {
		ipc_assert(buffer_get(buffer, &item[i]) == BUFFER_OK);
		threads_get[i] = 1;
	}
	got_each(2, 1, 2);
	ipc_assert_code("IPC004", item[1] == 1);
	buffer_destroy(buffer);
	return 0;
}
