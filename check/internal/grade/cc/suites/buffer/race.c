/* a put, a get and a size at once, capacity 1 */
#include "scenario.h"

int main(void)
{
	begin(1);
	start(put, FIRST);
	start(ask, 0);
	start(get, 0);
	join_all();
	went_through();
	buffer_destroy(buffer);
	return 0;
}
