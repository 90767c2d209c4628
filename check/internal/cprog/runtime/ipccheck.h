/* For harnesses that ipccheck runs: what to assert, and choices to explore. A program
   that includes it runs without ipccheck, too: there it asserts as assert does, and
   chooses the first. */
#ifndef IPCCHECK_H
#define IPCCHECK_H

#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Under ipccheck: fails the execution, with a text. */
void ipc_harness_fail(const char *text) __attribute__((weak));
/* Under ipccheck: returns each of 0 … n-1, in executions of their own. */
int ipc_harness_choose(int n) __attribute__((weak));

static inline void ipc_assert_that(int holds, const char *text, const char *file, int line)
{
	if (holds)
		return;
	if (ipc_harness_fail)
		ipc_harness_fail(text);
	fprintf(stderr, "%s:%d: %s does not hold\n", file, line, text);
	abort();
}

/* The same, with the code of what is wrong: "IPC003" is an item that is delivered twice. */
#define ipc_assert_code(code, condition) ipc_assert_that(!!(condition), code ": " #condition, __FILE__, __LINE__)

#define ipc_assert(condition) ipc_assert_that(!!(condition), #condition, __FILE__, __LINE__)

static inline int ipc_choose(int n) { return ipc_harness_choose ? ipc_harness_choose(n) : 0; }

#ifdef __cplusplus
}
#endif
#endif
