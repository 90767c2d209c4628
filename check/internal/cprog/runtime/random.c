/* Random numbers: each thread has its own, which are the same in every execution. */
#include "rt.h"

/* SplitMix64 (Steele, Lea and Flood, 2014). */
static uint64_t next(void)
{
	struct thread *t = ipc_current();
	if (!t)
		ipc_die("the program asks for random numbers before main");
	job->used |= RANDOM_NUMBERS;
	uint64_t z = t->random += 0x9E3779B97F4A7C15ull;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
	z = (z ^ z >> 27) * 0x94D049BB133111EBull;
	return z ^ z >> 31;
}

void srand(unsigned seed)
{
	if (ipc_current())
		ipc_current()->random = seed;
}

void srandom(unsigned seed) { srand(seed); }
int rand(void) { return next() >> 33; }
long random(void) { return next() >> 33; }
void srand48(long seed) { srand(seed); }
long lrand48(void) { return next() >> 33; }
double drand48(void) { return (next() >> 11) * 0x1p-53; }

int rand_r(unsigned *seed)
{
	ipc_range(seed, sizeof *seed, true, PC);
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16 & 0x7fff;
}

/* std::random_device of the C++ library: its initialisation, its end, and a number. */
void _ZNSt13random_device7_M_initERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE(void *device, const void *name) {}
void _ZNSt13random_device7_M_finiEv(void *device) {}
unsigned _ZNSt13random_device9_M_getvalEv(void *device) { return next() >> 32; }
