/* two gets wait, then two puts come, capacity 1 */
#include "scenario.h"

int main(void)
{
	begin(1);
	start(get, 0);
	start(get, 0);
	start(put, 1);
	start(put, 2);
	join_all();
	buffer_destroy(buffer);
	return 0;
}
