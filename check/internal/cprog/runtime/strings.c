/* Functions of the C library that copy memory: what the program calls so is renamed when
   it is compiled, so that their accesses are seen. */
#include <stdio.h>

#include "rt.h"

#define READS(p, n) ipc_range(p, n, false, PC)
#define WRITES(p, n) ipc_range(p, n, true, PC)

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
	READS(a, strlen(a) + 1);
	READS(b, strlen(b) + 1);
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
