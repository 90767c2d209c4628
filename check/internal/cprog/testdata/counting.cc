/* Two threads of which one at a time may count: in turn they take a semaphore, and give it back. */
#include <cassert>
#include <semaphore>
#include <thread>

static std::counting_semaphore<4> turn(1);
static int n;

static void count()
{
	turn.acquire();
	n++;
	turn.release();
}

int main()
{
	std::thread t(count), u(count);
	t.join();
	u.join();
	assert(n == 2);
	return 0;
}
