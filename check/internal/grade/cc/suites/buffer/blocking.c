/* a get waits for an item, a put for room, capacity 1 */
#include "scenario.h"

int main(void)
{
	int v;
	begin(1);
	if (ipc_choose(2)) {
		start(get, 0);
		buffer_put(buffer, 1);
	} else {
		buffer_put(buffer, 1);
		start(put, 2);
		buffer_get(buffer, &v);
	}
	join_all();
	return 0;
}
