/* Functions of the C library that keep something which all threads share: it is found under a name
   that says whose it is, see ofLibrary in lines.go. */
#include <stdlib.h>
#include <time.h>

#include "accesses.h"

static struct tm result_of_localtime;
static char result_of_ctime[32];
static char environment;

struct tm *ipc_localtime(const time_t *t)
{
	WRITES(&result_of_localtime, sizeof result_of_localtime);
	return localtime_r(t, &result_of_localtime);
}

struct tm *ipc_gmtime(const time_t *t)
{
	WRITES(&result_of_localtime, sizeof result_of_localtime);
	return gmtime_r(t, &result_of_localtime);
}

char *ipc_asctime(const struct tm *t)
{
	WRITES(result_of_ctime, sizeof result_of_ctime);
	return asctime_r(t, result_of_ctime);
}

char *ipc_ctime(const time_t *t)
{
	WRITES(result_of_ctime, sizeof result_of_ctime);
	return ctime_r(t, result_of_ctime);
}

char *ipc_getenv(const char *name)
{
	READS(&environment, 1);
	return getenv(name);
}

int ipc_setenv(const char *name, const char *value, int overwrite)
{
	WRITES(&environment, 1);
	return setenv(name, value, overwrite);
}

int ipc_unsetenv(const char *name)
{
	WRITES(&environment, 1);
	return unsetenv(name);
}

int ipc_putenv(char *text)
{
	WRITES(&environment, 1);
	return putenv(text);
}

int ipc_clearenv(void)
{
	WRITES(&environment, 1);
	return clearenv();
}
