/* Functions of the C library that take times apart, and write dates. */
#include <time.h>

#include "accesses.h"

size_t ipc_strftime(char *to, size_t size, const char *format, const struct tm *t)
{
	READS_TEXT(format);
	READS(t, sizeof *t);
	size_t n = strftime(to, size, format, t);
	WRITES(to, n ? n + 1 : size);
	return n;
}

struct tm *ipc_localtime_r(const time_t *t, struct tm *to)
{
	READS(t, sizeof *t);
	WRITES(to, sizeof *to);
	return localtime_r(t, to);
}

struct tm *ipc_gmtime_r(const time_t *t, struct tm *to)
{
	READS(t, sizeof *t);
	WRITES(to, sizeof *to);
	return gmtime_r(t, to);
}

time_t ipc_mktime(struct tm *t)
{
	WRITES(t, sizeof *t);
	return mktime(t);
}

time_t ipc_timegm(struct tm *t)
{
	WRITES(t, sizeof *t);
	return timegm(t);
}
