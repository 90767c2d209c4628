/* Streams and strings of the C++ library, where its functions are not compiled as the program
   is: it is seen here what a call does to them. */
#include "accesses.h"

/* What a function has as its first argument, or as its second if it returns an object. */
enum { A_STREAM = 1, A_STATE = 2, BYTES = 3, SECOND = 4, READ_ONLY = 8, TEXT_READ = 16, TEXT_WRITTEN = 32 };

/* Several threads may use these at the same time. */
extern char _ZSt3cin[] __attribute__((weak)), _ZSt4cout[] __attribute__((weak)), _ZSt4cerr[] __attribute__((weak)), _ZSt4clog[] __attribute__((weak));
extern char _ZSt4wcin[] __attribute__((weak)), _ZSt5wcout[] __attribute__((weak)), _ZSt5wcerr[] __attribute__((weak)), _ZSt5wclog[] __attribute__((weak));
static char *const standard[] = {_ZSt3cin, _ZSt4cout, _ZSt4cerr, _ZSt4clog, _ZSt4wcin, _ZSt5wcout, _ZSt5wcerr, _ZSt5wclog};

/* The part of a stream that all its other parts share: a virtual base. */
static char *state(char *stream) { return stream + (*(long **)stream)[-3]; }

static bool is_standard(const char *stream)
{
	for (size_t i = 0; i < sizeof standard / sizeof *standard; i++)
		if (standard[i] && *(long **)standard[i] && stream == state(standard[i])) /* it is there, and begun */
			return true;
	return false;
}

/* The program calls a function, with these two arguments. */
void ipc_touches(int what, char *first, char *second, uint64_t pc)
{
	if (!ipc_current())
		return;
	char *object = what & SECOND ? second : first;
	int kind = what & 3;
	if (kind == BYTES) {
		ipc_range(first, (size_t)second, false, pc);
		return;
	}
	char *shared = kind == A_STREAM ? state(object) : object;
	if (!is_standard(shared))
		ipc_range(shared, 8, !(what & READ_ONLY), pc);
	if (what & (TEXT_READ | TEXT_WRITTEN)) {
		ipc_range(second, 16, what & TEXT_WRITTEN, pc);
		ipc_range(*(char **)second, ((size_t *)second)[1], what & TEXT_WRITTEN, pc);
	}
}
