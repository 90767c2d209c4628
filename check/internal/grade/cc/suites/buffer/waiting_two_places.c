/* two gets wait and two items are put, or two puts wait and two are got; capacity 2 */
#include "scenario.h"

int main(void)
{
	int v = 0, puts = ipc_choose(2);
	begin(2);
	for (int i = 0; puts && i < 2; i++)
		buffer_put(buffer, FIRST);
	for (int i = 0; i < 2; i++)
		start(puts ? put : get, puts ? FIRST + i : 0);
	for (int i = 0; i < 2; i++)
		puts ? buffer_get(buffer, &v) : buffer_put(buffer, FIRST + i);
	join_all();
	if (puts)
		ipc_assert_told(v >= FIRST, "IPC005: a get answers what nobody has put");
	else
		went_through();
	buffer_destroy(buffer);
	return 0;
}
