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
		ipc_assert_told(v >= FIRST, "IPC005: a get answers what nobody has put");
	else
		went_through();
	buffer_destroy(buffer);
	return 0;
}
