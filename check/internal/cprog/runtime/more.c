/* More functions of the C library that read and write what they are handed, as those of strings.c. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "accesses.h"

/* The text of which a word is taken, and the end that is written behind it. */
static char *word(char *s, const char *delimiters, char **position, uint64_t pc)
{
	char *from = s ? s : *position;
	char *found = strtok_r(s, delimiters, position);
	if (from) {
		char *end = found ? *position : from + strlen(from);
		ipc_range(from, end - from, false, pc);
		if (found && end > found && end[-1] == 0)
			ipc_range(end - 1, 1, true, pc);
	}
	return found;
}

static char *strtok_position; /* all threads share it: see ofLibrary in lines.go */

char *ipc_strtok(char *s, const char *delimiters)
{
	WRITES(&strtok_position, sizeof strtok_position);
	READS_TEXT(delimiters);
	return word(s, delimiters, &strtok_position, PC);
}

char *ipc_strtok_r(char *s, const char *delimiters, char **position)
{
	WRITES(position, sizeof *position);
	READS_TEXT(delimiters);
	return word(s, delimiters, position, PC);
}

char *ipc_strsep(char **s, const char *delimiters)
{
	WRITES(s, sizeof *s);
	READS_TEXT(delimiters);
	char *from = *s, *found = strsep(s, delimiters);
	if (found && *s)
		WRITES(*s - 1, 1);
	if (found)
		READS(from, *s ? (size_t)(*s - from) : strlen(from) + 1);
	return found;
}

char *ipc_index(const char *s, int c)
{
	READS_TEXT(s);
	return index(s, c);
}

char *ipc_rindex(const char *s, int c)
{
	READS_TEXT(s);
	return rindex(s, c);
}

char *ipc_strchrnul(const char *s, int c)
{
	READS_TEXT(s);
	return strchrnul(s, c);
}

void *ipc_memrchr(const void *s, int c, size_t n)
{
	READS(s, n);
	return memrchr(s, c, n);
}

void *ipc_memmem(const void *s, size_t n, const void *part, size_t size)
{
	READS(s, n);
	READS(part, size);
	return memmem(s, n, part, size);
}

void *ipc_memccpy(void *to, const void *from, int c, size_t n)
{
	const char *end = memchr(from, c, n);
	size_t size = end ? (size_t)(end - (const char *)from) + 1 : n;
	READS(from, size);
	WRITES(to, size);
	return memccpy(to, from, c, n);
}

char *ipc_stpncpy(char *to, const char *from, size_t n)
{
	READS(from, strnlen(from, n));
	WRITES(to, n);
	return stpncpy(to, from, n);
}

int ipc_strcoll(const char *a, const char *b)
{
	READS_TEXT(a);
	READS_TEXT(b);
	return strcoll(a, b);
}

int ipc_strverscmp(const char *a, const char *b)
{
	READS_TEXT(a);
	READS_TEXT(b);
	return strverscmp(a, b);
}

size_t ipc_strxfrm(char *to, const char *from, size_t n)
{
	READS_TEXT(from);
	WRITES(to, n);
	return strxfrm(to, from, n);
}

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

void ipc_swab(const void *from, void *to, ssize_t n)
{
	if (n > 0) {
		READS(from, n);
		WRITES(to, n);
	}
	swab(from, to, n);
}

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
