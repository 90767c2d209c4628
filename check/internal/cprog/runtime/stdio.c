/* Functions of the C library that read and write streams: they are renamed, so that it is
   known who calls them, and what they do to memory. */
#include <stdarg.h>
#include <stdio.h>

#include "accesses.h"

/* The thread calls such a function. */
void ipc_calls(uint64_t pc, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (t) {
		t->call = pc;
		t->call_frame = frame;
	}
}

/* Threads may print in either order. That is decided before: while a stream is written to,
   the C library has it locked. */
void ipc_prints(int fd, uint64_t pc, const uint64_t *frame)
{
	int error = errno;
	struct descriptor *d = wire->prints && ipc_ready && rt->current ? ipc_descriptor(fd) : NULL;
	if (d && d->kind == OUTPUT && d->index == STANDARD_OUTPUT) {
		struct object *o = ipc_memory((uint64_t)&rt->printed, sizeof rt->printed);
		job->object[o->id].of = -1; /* for its name */
		ipc_perform(ipc_op(OP_STORE, o->id), pc, frame);
	}
	errno = error;
}

/* What one reads from standard input, the others do not: an operation, before the C library has the
   stream locked, if there are others. */
void ipc_takes_input(int fd, uint64_t pc, const uint64_t *frame)
{
	int error = errno;
	struct descriptor *d = ipc_ready && rt->current && !ipc_alone() ? ipc_descriptor(fd) : NULL;
	if (d && d->kind == INPUT) {
		struct object *o = ipc_memory((uint64_t)&rt->stdin_at, sizeof rt->stdin_at);
		job->object[o->id].of = -2; /* for its name */
		ipc_perform(ipc_op(OP_STORE, o->id), pc, frame);
		ipc_wrote();
	}
	errno = error;
}

/* What is printed comes out at once here. It is kept in mind what the C library would still
   have, as standard output is no terminal where programs are graded. */
static void flushes(FILE *f)
{
	if (!f || f == stdout)
		ipc_flushed();
}

int ipc_setvbuf(FILE *f, char *buffer, int mode, size_t size)
{
	if (f == stdout)
		ipc_prompt(mode != _IOFBF);
	return setvbuf(f, buffer, mode, size);
}

void ipc_setbuf(FILE *f, char *buffer) { ipc_setvbuf(f, buffer, buffer ? _IOFBF : _IONBF, BUFSIZ); }
void ipc_setbuffer(FILE *f, char *buffer, size_t size) { ipc_setvbuf(f, buffer, buffer ? _IOFBF : _IONBF, size); }
void ipc_setlinebuf(FILE *f) { ipc_setvbuf(f, NULL, _IOLBF, 0); }

#define CALLS ipc_calls(PC, FRAME)
#define READS_FROM(f) (CALLS, ipc_takes_input((f)->_fileno, PC, FRAME))
#define PRINTS_TO(f) (CALLS, ipc_prints((f)->_fileno, PC, FRAME))

int ipc_puts(const char *s) { PRINTS_TO(stdout); READS_TEXT(s); return puts(s); }
int ipc_fputs(const char *s, FILE *f) { PRINTS_TO(f); READS_TEXT(s); return fputs(s, f); }
size_t ipc_fwrite(const void *from, size_t size, size_t n, FILE *f) { PRINTS_TO(f); READS(from, size * n); return fwrite(from, size, n, f); }
int ipc_putchar(int c) { PRINTS_TO(stdout); return putchar(c); }
int ipc_fputc(int c, FILE *f) { PRINTS_TO(f); return fputc(c, f); }
int ipc_putc(int c, FILE *f) { PRINTS_TO(f); return putc(c, f); }
int ipc_fclose(FILE *f) { CALLS; flushes(f); return fclose(f); }
int ipc_fflush(FILE *f) { CALLS; flushes(f); return fflush(f); }
void ipc_perror(const char *s) { CALLS; fprintf(stderr, "%s%s%s\n", s ? s : "", s && *s ? ": " : "", strerror(errno)); }
int ipc_getchar(void) { READS_FROM(stdin); return getchar(); }
int ipc_fgetc(FILE *f) { READS_FROM(f); return fgetc(f); }
int ipc_getc(FILE *f) { READS_FROM(f); return getc(f); }

size_t ipc_fread(void *to, size_t size, size_t n, FILE *f)
{
	READS_FROM(f);
	size_t got = fread(to, size, n, f);
	WRITES(to, size * got);
	return got;
}

char *ipc_fgets(char *to, int n, FILE *f)
{
	READS_FROM(f);
	char *line = fgets(to, n, f);
	if (line)
		WRITES(to, strlen(to) + 1);
	return line;
}

ssize_t ipc_getdelim(char **line, size_t *size, int delimiter, FILE *f)
{
	READS_FROM(f);
	ssize_t n = getdelim(line, size, delimiter, f);
	if (n >= 0)
		WRITES(*line, n + 1);
	return n;
}

ssize_t ipc_getline(char **line, size_t *size, FILE *f)
{
	READS_FROM(f);
	ssize_t n = getdelim(line, size, '\n', f);
	if (n >= 0)
		WRITES(*line, n + 1);
	return n;
}

/* dprintf is a stream for one call. */

int ipc_vdprintf(int fd, const char *format, va_list list)
{
	char text[PAGE];
	va_list again;
	va_copy(again, list);
	int n = vsnprintf(text, sizeof text, format, list);
	char *all = n < (int)sizeof text ? text : malloc(n + 1);
	if (all != text)
		vsnprintf(all, n + 1, format, again);
	va_end(again);
	ssize_t put = n > 0 ? ipc_write_at(fd, all, n, PC, FRAME) : n;
	if (all != text)
		free(all);
	return put;
}

int ipc_dprintf(int fd, const char *format, ...)
{
	CALLS;
	va_list list;
	va_start(list, format);
	int n = ipc_vdprintf(fd, format, list);
	va_end(list);
	return n;
}
