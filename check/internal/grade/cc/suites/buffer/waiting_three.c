/* three gets wait and three items are put, or three puts wait and three are got; capacity 1 */
#include "scenario.h"

int main(void)
{
	int v = 0, puts = ipc_choose(2);
	begin(1);
	if (puts)
		buffer_put(buffer, FIRST);
	for (int i = 0; i < 3; i++)
		start(puts ? put : get, puts ? FIRST + i : 0);
	rest(); /* all of them wait */
	for (int i = 0; i < 3; i++)
		puts ? buffer_get(buffer, &v) : buffer_put(buffer, FIRST + i);
	join_all();
	if (puts)
		ipc_assert_code("IPC005", v >= FIRST);
	else
		went_through();
	buffer_destroy(buffer);
	return 0;
}
