/* three gets wait, or three puts, and the buffer is closed */
#include "scenario.h"

int main(void)
{
	int puts = ipc_choose(2);
	begin(1);
	if (puts)
		ipc_assert_told(buffer_put(buffer, 1) == BUFFER_OK, "a put is refused, and there is room");
	for (int i = 0; i < 3; i++)
		start(puts ? put : get, 2 + i);
	rest(); /* all of them wait */
	buffer_close(buffer);
	join_all();
	ipc_assert_told(buffer_size(buffer) <= 1, "IPC006: more are inside than there is room for");
	for (int i = 0; i < 3; i++)
		ipc_assert_told(answer[i] == BUFFER_CLOSED, "who waits when the buffer is closed has to answer BUFFER_CLOSED");
	buffer_destroy(buffer);
	return 0;
}
