/* two puts and two gets at once, capacity 1 */
#include "scenario.h"

int main(void)
{
	begin(1);
	int a = start(put, 1), b = start(get, 0), c = start(put, 2), d = start(get, 0);
	join_all();
	ipc_assert(answer[a] == BUFFER_OK && answer[c] == BUFFER_OK);
	ipc_assert(answer[b] == BUFFER_OK && answer[d] == BUFFER_OK);
	got_each(2, a, d);
	ipc_assert(buffer_size(buffer) == 0);
	buffer_destroy(buffer);
	return 0;
}
