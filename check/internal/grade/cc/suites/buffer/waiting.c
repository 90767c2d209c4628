/* two gets wait, then two puts come, capacity 1 */
#include "scenario.h"

int main(void)
{
	begin(1);
	start(get, 0);
	start(get, 0);
	start(put, FIRST);
	start(put, FIRST + 1);
	join_all();
	went_through();
	buffer_destroy(buffer);
	return 0;
}
