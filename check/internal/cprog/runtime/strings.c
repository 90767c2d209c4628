/* Functions of the C library that copy memory, or look at text: what the program calls so is
   renamed when it is compiled, so that their accesses are seen. */
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "accesses.h"

void *ipc_memcpy(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return memcpy(to, from, n);
}

void *ipc_memmove(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return memmove(to, from, n);
}

void *ipc_memset(void *to, int c, size_t n)
{
	WRITES(to, n);
	return memset(to, c, n);
}

int ipc_memcmp(const void *a, const void *b, size_t n)
{
	READS(a, n);
	READS(b, n);
	return memcmp(a, b, n);
}

size_t ipc_strlen(const char *s)
{
	size_t n = strlen(s);
	READS(s, n + 1);
	return n;
}

char *ipc_strcpy(char *to, const char *from)
{
	size_t n = strlen(from) + 1;
	READS(from, n);
	WRITES(to, n);
	return memcpy(to, from, n);
}

char *ipc_strncpy(char *to, const char *from, size_t n)
{
	READS(from, strnlen(from, n));
	WRITES(to, n);
	return strncpy(to, from, n);
}

char *ipc_strcat(char *to, const char *from)
{
	size_t have = strlen(to), n = strlen(from) + 1;
	READS(to, have + 1);
	READS(from, n);
	WRITES(to + have, n);
	return strcat(to, from);
}

int ipc_strcmp(const char *a, const char *b)
{
	READS_TEXT(a);
	READS_TEXT(b);
	return strcmp(a, b);
}

int ipc_strncmp(const char *a, const char *b, size_t n)
{
	READS(a, strnlen(a, n));
	READS(b, strnlen(b, n));
	return strncmp(a, b, n);
}

char *ipc_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	READS(s, n);
	char *copy = malloc(n);
	return copy ? memcpy(copy, s, n) : NULL;
}

char *ipc_strncat(char *to, const char *from, size_t n)
{
	size_t have = strlen(to), more = strnlen(from, n);
	READS(to, have + 1);
	READS(from, more);
	WRITES(to + have, more + 1);
	return strncat(to, from, n);
}

char *ipc_strchr(const char *s, int c)
{
	char *found = strchr(s, c);
	READS(s, found ? (size_t)(found - s) + 1 : strlen(s) + 1);
	return found;
}

char *ipc_strrchr(const char *s, int c)
{
	READS_TEXT(s);
	return strrchr(s, c);
}

char *ipc_strstr(const char *s, const char *what)
{
	READS_TEXT(s);
	READS_TEXT(what);
	return strstr(s, what);
}

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

void ipc_swab(const void *from, void *to, ssize_t n)
{
	if (n > 0) {
		READS(from, n);
		WRITES(to, n);
	}
	swab(from, to, n);
}

void ipc_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	WRITES(base, n * size);
	qsort(base, n, size, compare);
}

/* The names that these have in programs of a newer standard. */
#define ALSO(standard, name) __typeof__(ipc_##name) ipc___##standard##_##name __attribute__((alias("ipc_" #name)));
ALSO(isoc23, strtol)
ALSO(isoc23, strtoul)
ALSO(isoc23, strtoll)
ALSO(isoc23, strtoull)
