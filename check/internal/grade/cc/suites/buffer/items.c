/* two puts and two gets at once, capacity 1 */
#include "scenario.h"

int main(void)
{
	begin(1);
	int a = start(put, 1), b = start(get, 0), c = start(put, 2), d = start(get, 0);
	join_all();
	ipc_assert_told(answer[a] == BUFFER_OK && answer[c] == BUFFER_OK, "a put has to answer BUFFER_OK");
	ipc_assert_told(answer[b] == BUFFER_OK && answer[d] == BUFFER_OK, "a get has to answer BUFFER_OK");
	got_each(2, a, d);
	ipc_assert_told(buffer_size(buffer) == 0, "IPC005: buffer_size does not say how many are inside");
	buffer_destroy(buffer);
	return 0;
}
