/* one thread puts three items, another gets them, capacity 2 */
#include "scenario.h"

static void *three(void *arg)
{
	for (int v = 1; v <= 3; v++)
		buffer_put(buffer, v);
	return arg;
}

int main(void)
{
	int v;
	begin(2);
	start(three, 0);
	for (int want = 1; want <= 3; want++) {
		ipc_assert(buffer_get(buffer, &v) == BUFFER_OK);
		ipc_assert_code("IPC005", v >= 1 && v <= 3);
		ipc_assert_code("IPC004", v == want);
	}
	join_all();
	buffer_destroy(buffer);
	return 0;
}
