/* What two threads do to strings, containers and streams of the C++ library, some of whose
   functions are not compiled with the program. */
#include <cassert>
#include <fstream>
#include <iostream>
#include <list>
#include <map>
#include <mutex>
#include <queue>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

static std::string text;
static std::list<int> list;
static std::map<int, int> map;
static std::ostringstream stream;
static std::queue<int> queue;
static auto *first = new std::vector<int>(), *second = new std::vector<int>();
static std::mutex m;

static void both(void (*f)(), void (*g)())
{
	std::thread x(f), y(g);
	x.join();
	y.join();
}

struct box {
	std::mutex m;
	int value = 0;
};

static box *boxes[] = {new box, new box};
static int total;

static void adds(box *b)
{
	std::lock_guard<std::mutex> locked(b->m);
	total += b->value;
}

static void uses_all()
{
	std::lock_guard<std::mutex> locked(m);
	text += "a longer text than fits into a string itself";
	list.push_back(1);
	map[list.size()] = list.back();
	stream << text << list.size();
	std::cout << text.size() << std::endl;
}

int main(int, char **argv)
{
	switch (*argv[1]) {
	case 'a':
		both(uses_all, uses_all);
		both([] { std::cout << "one" << 1; }, [] { std::cout << "two" << std::endl; });
		assert(map.size() == 2 && list.size() == 2 && stream.str().size() == 3 * text.size() / 2 + 2);
		break;
	case 's':
		both([] { text += "a"; }, [] { text += "b"; });
		break;
	case 'g':
		both([] { std::getline(std::cin, text); }, [] { std::cout << text; });
		break;
	case 'l':
		both([] { for (int i : list) assert(i); }, [] { list.push_back(1); });
		break;
	case 'm':
		both([] { assert(map.find(1) == map.end() || map[1] == 2); }, [] { map[1] = 2; });
		break;
	case 'e':
		map[1] = map[2] = 3;
		both([] { for (auto &e : map) assert(e.second == 3); }, [] { map.erase(2); });
		break;
	case 'o':
		both([] { stream << 1; }, [] { stream << "text"; });
		break;
	case 't':
		first->reserve(2), second->reserve(2);
		both([] {
			first->push_back(1);
			second->push_back(1);
		}, [] {
			first->push_back(2);
			second->push_back(2);
		});
		break;
	case 'b':
		both([] { adds(boxes[0]); }, [] { adds(boxes[1]); });
		break;
	case 'q':
		both([] { queue.front(); }, [] {});
		break;
	case 'f':
		both([] { std::ofstream("file") << 1; }, [] {});
		break;
	case 'r': {
		std::random_device device;
		assert(std::mt19937(device())() != device());
	}
	}
}
