// Threads of C++ that share a pointer: the library counts without atomic operations as long
// as it believes that there is one thread.
#include <cassert>
#include <memory>
#include <mutex>
#include <thread>

static std::once_flag once;
static int made;

int main()
{
	auto p = std::make_shared<int>(1);
	auto body = [p] { std::call_once(once, [] { made++; }); };
	std::thread t(body);
	body();
	t.join();
	assert(made == 1 && *p == 1);
}
