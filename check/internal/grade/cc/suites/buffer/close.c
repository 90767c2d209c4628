/* two gets wait, and the buffer is closed */
#include "scenario.h"

int main(void)
{
	int v;
	begin(1);
	int a = start(get, 0), b = start(get, 0);
	start(close_it, 0);
	join_all();
	ipc_assert_told(answer[a] == BUFFER_CLOSED && answer[b] == BUFFER_CLOSED, "who waits when the buffer is closed has to answer BUFFER_CLOSED");
	ipc_assert_told(buffer_put(buffer, 1) == BUFFER_CLOSED, "once the buffer is closed, a put has to answer BUFFER_CLOSED");
	buffer_close(buffer);
	ipc_assert_told(buffer_get(buffer, &v) == BUFFER_CLOSED, "once the buffer is closed and empty, a get has to answer BUFFER_CLOSED");
	buffer_destroy(buffer);
	return 0;
}
