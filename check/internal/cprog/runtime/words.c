/* Functions of the C library that take a text apart into words. */
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
