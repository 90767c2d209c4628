/* What functions of the C library do to memory that another thread writes to. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>
#include <time.h>

static union {
	char text[64];
	struct tm parts;
	struct timespec exact;
	struct timeval rough;
	time_t time;
	int exponent;
	double whole;
} of_both = {"a b"}, of_one = {"a b"}, *used = &of_both;
static int which;

static void *thread(void *unused)
{
	char other[64] = "a b", *end = other;
	volatile long result = 0; /* or the compiler leaves calls out */
	struct tm parts = {0};
	switch (which) {
	case 1: result = (long)strtok(used->text, " "); break;
	case 2: result = (long)strtok_r(used->text, " ", &end); break;
	case 3: end = used->text, result = (long)strsep(&end, " "); break;
	case 4: result = (long)index(used->text, 'b'); break;
	case 5: result = (long)rindex(used->text, 'b'); break;
	case 6: result = (long)memmem(used->text, 3, "b", 1); break;
	case 7: result = (long)memccpy(other, used->text, 'b', 9); break;
	case 8: result = (long)stpncpy(used->text, other, 3); break;
	case 9: result = strcoll(used->text, other); break;
	case 10: result = strtoimax(used->text, &end, 10); break;
	case 11: result = strftime(used->text, 60, "%Y", &parts); break;
	case 12: result = strftime(other, 60, "%Y", &used->parts); break;
	case 13: localtime_r(&(time_t){0}, &used->parts); break;
	case 14: result = mktime(&used->parts); break;
	case 15: result = asprintf(&end, "%s", used->text); free(end); break;
	case 16: result = time(&used->time); break;
	case 17: clock_gettime(CLOCK_REALTIME, &used->exact); break;
	case 18: gettimeofday(&used->rough, NULL); break;
	case 19: frexp(2.5, &used->exponent); break;
	case 20: modf(2.5, &used->whole); break;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t t;
	which = atoi(argv[1]);
	if (argc > 2)
		used = &of_one;
	pthread_create(&t, NULL, thread, NULL);
	memset(&of_both, 'b', 16);
	pthread_join(t, NULL);
	return 0;
}
