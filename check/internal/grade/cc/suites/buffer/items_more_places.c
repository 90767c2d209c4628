/* two puts at once, two gets at once, or three items in turn; as many places as items */
#include "scenario.h"

/* What is inside is got by the main thread. */
static void empty_it(int n)
{
	for (int i = 0; i < n; i++) {
		ipc_assert_told(buffer_size(buffer) > 0, "IPC002: fewer items are inside than have been put");
		buffer_get(buffer, &item[i]);
		threads_get[i] = 1;
	}
}

int main(void)
{
	int what = ipc_choose(3), n = what == 2 ? 3 : 2;
	begin(n);
	if (what == 2) { /* the places are not used from the first one on */
		buffer_put(buffer, 1);
		empty_it(1);
	}
	for (int i = 1; what > 0 && i <= n; i++)
		buffer_put(buffer, i);
	for (int i = 1; what < 2 && i <= n; i++)
		start(what == 0 ? put : get, i);
	join_all();
	if (what != 1)
		empty_it(n);
	got_each(n, 0, n - 1);
	buffer_destroy(buffer);
	return 0;
}
