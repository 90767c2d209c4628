/* printf and scanf: what they read and write. */
#include <stdarg.h>
#include <stdio.h>

#include "accesses.h"

/* The texts that are printed are read. Where a precision says how much of them, or the
   arguments stand in another order than the format has them, it is not seen. */
static void reads_arguments(const char *format, va_list list, uint64_t pc)
{
	ipc_range(format, strlen(format) + 1, false, pc);
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
				ipc_range(text, strlen(text) + 1, false, pc);
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
		ipc_range(to, (size_t)n < size ? (size_t)n + 1 : size, true, pc);
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

int ipc_vasprintf(char **to, const char *format, va_list list)
{
	reads_arguments(format, list, PC);
	WRITES(to, sizeof *to);
	return vasprintf(to, format, list);
}

int ipc_asprintf(char **to, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	reads_arguments(format, list, PC);
	WRITES(to, sizeof *to);
	int n = vasprintf(to, format, list);
	va_end(list);
	return n;
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
