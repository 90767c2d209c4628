/* Further functions of the C library that read or write memory of the program's: they are
   renamed as those are that copy it. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "rt.h"

#define READS(p, n) ipc_range(p, n, false, PC)
#define WRITES(p, n) ipc_range(p, n, true, PC)
#define READS_TEXT(s) READS(s, strlen(s) + 1)

void *ipc_memchr(const void *s, int c, size_t n)
{
	char *found = memchr(s, c, n);
	READS(s, found ? (size_t)(found - (char *)s) + 1 : n);
	return found;
}

size_t ipc_strnlen(const char *s, size_t n)
{
	size_t length = strnlen(s, n);
	READS(s, length < n ? length + 1 : n);
	return length;
}

char *ipc_stpcpy(char *to, const char *from)
{
	size_t n = strlen(from) + 1;
	READS(from, n);
	WRITES(to, n);
	return stpcpy(to, from);
}

char *ipc_strndup(const char *s, size_t n)
{
	READS(s, strnlen(s, n));
	return strndup(s, n);
}

void *ipc_mempcpy(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return mempcpy(to, from, n);
}

void ipc_bzero(void *to, size_t n)
{
	WRITES(to, n);
	memset(to, 0, n);
}

/* The rest looks at one text, or at two. */

#define OF_ONE(result, name, call, ...)             \
	result ipc_##name(__VA_ARGS__)              \
	{                                           \
		READS_TEXT(a);                      \
		return call;                        \
	}
#define OF_TWO(result, name, call, ...)             \
	result ipc_##name(__VA_ARGS__)              \
	{                                           \
		READS_TEXT(a);                      \
		READS_TEXT(b);                      \
		return call;                        \
	}

OF_ONE(int, atoi, atoi(a), const char *a)
OF_ONE(long, atol, atol(a), const char *a)
OF_ONE(long long, atoll, atoll(a), const char *a)
OF_ONE(double, atof, atof(a), const char *a)
OF_ONE(long, strtol, strtol(a, end, base), const char *a, char **end, int base)
OF_ONE(unsigned long, strtoul, strtoul(a, end, base), const char *a, char **end, int base)
OF_ONE(long long, strtoll, strtoll(a, end, base), const char *a, char **end, int base)
OF_ONE(unsigned long long, strtoull, strtoull(a, end, base), const char *a, char **end, int base)
OF_ONE(double, strtod, strtod(a, end), const char *a, char **end)
OF_ONE(float, strtof, strtof(a, end), const char *a, char **end)
OF_TWO(int, strcasecmp, strcasecmp(a, b), const char *a, const char *b)
OF_TWO(int, strncasecmp, strncasecmp(a, b, n), const char *a, const char *b, size_t n)
OF_TWO(size_t, strspn, strspn(a, b), const char *a, const char *b)
OF_TWO(size_t, strcspn, strcspn(a, b), const char *a, const char *b)
OF_TWO(char *, strpbrk, strpbrk(a, b), const char *a, const char *b)
OF_TWO(char *, strcasestr, strcasestr(a, b), const char *a, const char *b)

void ipc_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	WRITES(base, n * size);
	qsort(base, n, size, compare);
}

/* What scanf has stored: of the first n conversions. */
static void stored(const char *format, va_list list, int n, uint64_t pc)
{
	va_list arguments;
	va_copy(arguments, list);
	for (const char *p = format; n > 0 && (p = strchr(p, '%')); p++) {
		bool skipped = *++p == '*';
		size_t width = strtoul(p + skipped, (char **)&p, 10), size = sizeof(int);
		for (; *p && strchr("hlqLjzt", *p); p++)
			size = *p == 'h' ? size / 2 : *p == 'L' ? sizeof(long double) : sizeof(long);
		if (*p == '%' || !*p || strchr("m$", *p))
			break;
		if (skipped)
			continue;
		void *to = va_arg(arguments, void *);
		if (strchr("s[", *p))
			size = strlen(to) + 1;
		else if (*p == 'c')
			size = width ? width : 1;
		ipc_range(to, size, true, pc);
		n -= *p != 'n';
		if (*p == '[')
			p = strchr(p + 1 + (p[1] == '^') + 1, ']');
	}
	va_end(arguments);
}

static int scan(FILE *f, const char *format, va_list list, uint64_t pc, const uint64_t *frame)
{
	ipc_calls(pc, frame);
	ipc_takes_input(f->_fileno, pc, frame);
	int n = vfscanf(f, format, list);
	stored(format, list, n, pc);
	return n;
}

static int scan_text(const char *s, const char *format, va_list list, uint64_t pc)
{
	ipc_range(s, strlen(s) + 1, false, pc);
	int n = vsscanf(s, format, list);
	stored(format, list, n, pc);
	return n;
}

#define SCANS(call)              \
	va_list list;            \
	va_start(list, format);  \
	int n = call;            \
	va_end(list);            \
	return n

int ipc_scanf(const char *format, ...) { SCANS(scan(stdin, format, list, PC, FRAME)); }
int ipc_fscanf(FILE *f, const char *format, ...) { SCANS(scan(f, format, list, PC, FRAME)); }
int ipc_sscanf(const char *s, const char *format, ...) { SCANS(scan_text(s, format, list, PC)); }
int ipc_vsscanf(const char *s, const char *format, va_list list) { return scan_text(s, format, list, PC); }

/* The names that these have in programs of a newer standard. */
#define ALSO(standard, name) __typeof__(ipc_##name) ipc___##standard##_##name __attribute__((alias("ipc_" #name)));
ALSO(isoc99, scanf)
ALSO(isoc99, fscanf)
ALSO(isoc99, sscanf)
ALSO(isoc99, vsscanf)
ALSO(isoc23, scanf)
ALSO(isoc23, fscanf)
ALSO(isoc23, sscanf)
ALSO(isoc23, vsscanf)
ALSO(isoc23, strtol)
ALSO(isoc23, strtoul)
ALSO(isoc23, strtoll)
ALSO(isoc23, strtoull)
