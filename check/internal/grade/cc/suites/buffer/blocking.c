/* a get waits for an item, a put for room, capacity 1 */
#include "scenario.h"

int main(void)
{
	int v = 0;
	begin(1);
	if (ipc_choose(2)) {
		start(get, 0);
		buffer_put(buffer, FIRST);
		join_all();
		went_through();
	} else {
		buffer_put(buffer, FIRST);
		start(put, FIRST + 1);
		buffer_get(buffer, &v);
		join_all();
		ipc_assert_told(v >= FIRST, "IPC005: a get answers what nobody has put");
	}
	return 0;
}
