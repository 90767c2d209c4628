/* Functions of the C library that print, or read text of the program's, and those that
   keep something of their own which all threads share: they are renamed as those are that
   copy memory. */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "rt.h"

#define READS(p, n) ipc_range(p, n, false, pc)
#define WRITES(p, n) ipc_range(p, n, true, pc)

/* The texts that are printed are read. Where a precision says how much of them, or the
   arguments stand in another order than the format has them, it is not seen. */
static void reads_arguments(const char *format, va_list list, uint64_t pc)
{
	READS(format, strlen(format) + 1);
	if (strstr(format, "%.") || strchr(format, '$') || strchr(format, '*'))
		return;
	va_list arguments;
	va_copy(arguments, list);
	for (const char *p = format; (p = strchr(p, '%')); p++) {
		p += 1 + strspn(p + 1, "#0- +'123456789.");
		const char *length = p;
		p += strspn(p, "hlqLjzt");
		if (*p == 's' && p == length) {
			const char *text = va_arg(arguments, const char *);
			if (text)
				READS(text, strlen(text) + 1);
		} else if (*p && strchr("aAeEfFgG", *p)) {
			if (*length == 'L')
				(void)va_arg(arguments, long double);
			else
				(void)va_arg(arguments, double);
		} else if (*p && strchr("diouxXcCpsSn", *p))
			(void)va_arg(arguments, long);
		else if (*p != '%' && *p != 'm')
			break;
	}
	va_end(arguments);
}

static int print(FILE *f, const char *format, va_list list, uint64_t pc, const uint64_t *frame)
{
	reads_arguments(format, list, pc);
	ipc_calls(pc, frame);
	ipc_prints(f->_fileno, pc, frame);
	return vfprintf(f, format, list);
}

static int print_to(char *to, size_t size, const char *format, va_list list, uint64_t pc)
{
	reads_arguments(format, list, pc);
	int n = vsnprintf(to, size, format, list);
	if (n >= 0 && size)
		WRITES(to, (size_t)n < size ? (size_t)n + 1 : size);
	return n;
}

#define PRINTS(call)             \
	va_list list;            \
	va_start(list, format);  \
	int n = call;            \
	va_end(list);            \
	return n

int ipc_printf(const char *format, ...) { PRINTS(print(stdout, format, list, PC, FRAME)); }
int ipc_vprintf(const char *format, va_list list) { return print(stdout, format, list, PC, FRAME); }
int ipc_fprintf(FILE *f, const char *format, ...) { PRINTS(print(f, format, list, PC, FRAME)); }
int ipc_sprintf(char *to, const char *format, ...) { PRINTS(print_to(to, 1 << 30, format, list, PC)); }
int ipc_snprintf(char *to, size_t size, const char *format, ...) { PRINTS(print_to(to, size, format, list, PC)); }
int ipc_vfprintf(FILE *f, const char *format, va_list list) { return print(f, format, list, PC, FRAME); }
int ipc_vsprintf(char *to, const char *format, va_list list) { return print_to(to, 1 << 30, format, list, PC); }
int ipc_vsnprintf(char *to, size_t size, const char *format, va_list list) { return print_to(to, size, format, list, PC); }

char *ipc_strncat(char *to, const char *from, size_t n)
{
	uint64_t pc = PC;
	size_t have = strlen(to), more = strnlen(from, n);
	READS(to, have + 1);
	READS(from, more);
	WRITES(to + have, more + 1);
	return strncat(to, from, n);
}

char *ipc_strchr(const char *s, int c)
{
	char *found = strchr(s, c);
	ipc_range(s, found ? (size_t)(found - s) + 1 : strlen(s) + 1, false, PC);
	return found;
}

char *ipc_strrchr(const char *s, int c)
{
	ipc_range(s, strlen(s) + 1, false, PC);
	return strrchr(s, c);
}

char *ipc_strstr(const char *s, const char *what)
{
	uint64_t pc = PC;
	READS(s, strlen(s) + 1);
	READS(what, strlen(what) + 1);
	return strstr(s, what);
}

/* What these functions keep is found under a name that says whose it is. */
static char *strtok_position;
static struct tm result_of_localtime;
static char result_of_ctime[32];

char *ipc_strtok(char *s, const char *delimiters)
{
	ipc_range(&strtok_position, sizeof strtok_position, true, PC);
	return strtok_r(s, delimiters, &strtok_position);
}

struct tm *ipc_localtime(const time_t *t)
{
	ipc_range(&result_of_localtime, sizeof result_of_localtime, true, PC);
	return localtime_r(t, &result_of_localtime);
}

struct tm *ipc_gmtime(const time_t *t)
{
	ipc_range(&result_of_localtime, sizeof result_of_localtime, true, PC);
	return gmtime_r(t, &result_of_localtime);
}

char *ipc_asctime(const struct tm *t)
{
	ipc_range(result_of_ctime, sizeof result_of_ctime, true, PC);
	return asctime_r(t, result_of_ctime);
}

char *ipc_ctime(const time_t *t)
{
	ipc_range(result_of_ctime, sizeof result_of_ctime, true, PC);
	return ctime_r(t, result_of_ctime);
}
