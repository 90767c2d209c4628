/* Functions of the C library that leave a part of a number, or where its text ends, for the caller. */
#include <inttypes.h>
#include <math.h>

#include "accesses.h"

intmax_t ipc_strtoimax(const char *s, char **end, int base)
{
	READS_TEXT(s);
	if (end)
		WRITES(end, sizeof *end);
	return strtoimax(s, end, base);
}

uintmax_t ipc_strtoumax(const char *s, char **end, int base)
{
	READS_TEXT(s);
	if (end)
		WRITES(end, sizeof *end);
	return strtoumax(s, end, base);
}

double ipc_frexp(double x, int *exponent)
{
	WRITES(exponent, sizeof *exponent);
	return frexp(x, exponent);
}

double ipc_modf(double x, double *whole)
{
	WRITES(whole, sizeof *whole);
	return modf(x, whole);
}
