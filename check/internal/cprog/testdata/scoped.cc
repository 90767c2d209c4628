/* Two threads that lock two mutexes, each in its order: the library tries for the second,
   and gives the first back. */
#include <cassert>
#include <mutex>
#include <thread>

static std::mutex a, b;
static int n;

int main()
{
	std::thread t([] { std::scoped_lock both(a, b); n++; });
	std::thread u([] { std::scoped_lock both(b, a); n++; });
	t.join();
	u.join();
	assert(n == 2);
	return 0;
}
