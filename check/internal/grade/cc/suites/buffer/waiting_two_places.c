/* two gets wait and two items are put, or two puts wait and two are got; capacity 2 */
#include "scenario.h"

int main(void)
{
	int v, puts = ipc_choose(2);
	begin(2);
	for (int i = 0; puts && i < 2; i++)
		buffer_put(buffer, 9);
	for (int i = 0; i < 2; i++)
		start(puts ? put : get, i);
	for (int i = 0; i < 2; i++)
		puts ? buffer_get(buffer, &v) : buffer_put(buffer, i);
	join_all();
	buffer_destroy(buffer);
	return 0;
}
