/* three gets wait, or three puts, and the buffer is closed */
#include "scenario.h"

int main(void)
{
	int puts = ipc_choose(2);
	begin(1);
	if (puts)
		ipc_assert(buffer_put(buffer, 1) == BUFFER_OK);
	for (int i = 0; i < 3; i++)
		start(puts ? put : get, 2 + i);
	rest(); /* all of them wait */
	buffer_close(buffer);
	join_all();
	ipc_assert_code("IPC006", buffer_size(buffer) <= 1);
	for (int i = 0; i < 3; i++)
		ipc_assert(answer[i] == BUFFER_CLOSED);
	buffer_destroy(buffer);
	return 0;
}
