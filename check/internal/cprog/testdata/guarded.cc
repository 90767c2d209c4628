/* Variables of functions, which are initialised when these are called, and what throws. */
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int tries;

struct value {
	int v;
	value() : v(7) {}
};

static int alive;
struct counted {
	counted() { __atomic_fetch_add(&alive, 1, __ATOMIC_SEQ_CST); }
	~counted() { __atomic_fetch_sub(&alive, 1, __ATOMIC_SEQ_CST); }
};
static thread_local counted one; // of each thread that looks at it, until that ends

static value &get()
{
	static value only;
	return only;
}

static void fails_first()
{
	if (++tries == 1)
		throw 1;
}

static void *ends(void *)
{
	return &one;
}

static void *thread(void *)
{
	try {
		pthread_once(&once, fails_first);
	} catch (int) {
	}
	return (void *)(long)(get().v == 7);
}

int main()
{
	pthread_t t;
	void *result;
	pthread_create(&t, nullptr, thread, nullptr);
	bool fine = thread(nullptr);
	pthread_join(t, &result);
	pthread_create(&t, nullptr, ends, nullptr);
	pthread_join(t, nullptr);
	return alive || !(fine && result && tries == 2);
}
