/* What the headers of the C++ library do is done where they are called from. */
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

std::mutex a, b;
std::condition_variable ready;
std::vector<int> items;

static void left_then_right()
{
	std::lock_guard<std::mutex> first(a);
	std::lock_guard<std::mutex> second(b);
}

static void right_then_left()
{
	std::lock_guard<std::mutex> first(b);
	std::lock_guard<std::mutex> second(a);
}

static void signals()
{
	{
		std::lock_guard<std::mutex> first(a);
	}
	ready.notify_one();
}

static void waits()
{
	std::unique_lock<std::mutex> first(b);
	ready.wait(first);
}

static void adds()
{
	items.push_back(1);
}

static int *number = new int(1);

static void reads()
{
	items[0] = *number;
}

static void deletes()
{
	delete number;
}

static void both(void (*f)(), void (*g)())
{
	std::thread x(f), y(g);
	x.join();
	y.join();
}

int main(int, char **argv)
{
	switch (*argv[1]) {
	case 'o':
		both(left_then_right, right_then_left);
		break;
	case 's':
		both(signals, waits);
		break;
	case 'r':
		both(adds, adds);
		break;
	case 'd':
		items.resize(1);
		both(reads, deletes);
	}
}
