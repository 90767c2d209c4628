/* one item is there; one put and two gets at once, capacity 1 */
#include "scenario.h"

int main(void)
{
	begin(1);
	buffer_put(buffer, 2);
	int b = start(get, 0), c = start(get, 0);
	start(put, 1);
	join_all();
	got_each(2, b, c);
	buffer_destroy(buffer);
	return 0;
}
