/* For harnesses that ipccheck runs: what to assert, choices to explore, and what is done
   to an object under test. A program that includes it runs without ipccheck, too: there it
   asserts as assert does, chooses the first, and records nothing. */
#ifndef IPCCHECK_H
#define IPCCHECK_H

#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Under ipccheck: fails the execution, with a text. */
void ipc_harness_fail(const char *text) __attribute__((weak));
/* The same; the text says what is wrong. */
void ipc_harness_tell(const char *text) __attribute__((weak));
/* Under ipccheck: returns each of 0 … n-1, in executions of their own. */
int ipc_harness_choose(int n) __attribute__((weak));
/* Under ipccheck: keep what is done to an object under test. */
void ipc_harness_declare(const void *object, const char *kind, int capacity) __attribute__((weak));
void ipc_harness_record(const void *object, int what, long value) __attribute__((weak));

static inline void ipc_assert_that(int holds, const char *text, int told, const char *file, int line)
{
	if (holds)
		return;
	if (told && ipc_harness_tell)
		ipc_harness_tell(text);
	if (ipc_harness_fail)
		ipc_harness_fail(text);
	fprintf(stderr, "%s:%d: %s%s\n", file, line, text, told ? "" : " does not hold");
	abort();
}

/* The same, with the code of what is wrong: "IPC003" is an item that is delivered twice. */
#define ipc_assert_code(code, condition) ipc_assert_that(!!(condition), code ": " #condition, 0, __FILE__, __LINE__)

#define ipc_assert(condition) ipc_assert_that(!!(condition), #condition, 0, __FILE__, __LINE__)

/* The same, in words: the text says what is wrong, perhaps with a code and a colon before. */
#define ipc_assert_told(condition, text) ipc_assert_that(!!(condition), text, 1, __FILE__, __LINE__)

static inline int ipc_choose(int n) { return ipc_harness_choose ? ipc_harness_choose(n) : 0; }

/* What is done to a buffer, a queue, a mailbox under test, whatever its address: every
   execution is held against what the object is said to be. The kinds are those of
   ipccheck lin -spec: "bounded", "unbounded", "rendezvous", "mailbox" (the order of each
   producer), "bag" (no order), perhaps with ",weak" and the like. A capacity of 0 is none.
   An object that is not declared is unbounded. One that is declared again is a new one. */
static inline void ipc_object(const void *object, const char *kind, int capacity)
{
	if (ipc_harness_declare)
		ipc_harness_declare(object, kind, capacity);
}

enum ipc_record { IPC_SEND, IPC_RECV, IPC_FULL, IPC_EMPTY, IPC_CALL_SEND, IPC_CALL_RECV };

static inline void ipc_record_that(const void *object, enum ipc_record what, long value)
{
	if (ipc_harness_record)
		ipc_harness_record(object, what, value);
}

/* After an operation: it has sent a value, received one, was refused because the object is
   full, or because it is empty. */
#define ipc_send(object, value) ipc_record_that(object, IPC_SEND, (long)(value))
#define ipc_recv(object, value) ipc_record_that(object, IPC_RECV, (long)(value))
#define ipc_full(object, value) ipc_record_that(object, IPC_FULL, (long)(value))
#define ipc_empty(object, ...) ipc_record_that(object, IPC_EMPTY, 0)

/* Before it, for all operations or none: what is about to be done. One that nothing is said
   about before may have begun when the thread had recorded its last one. */
#define ipc_call_send(object, value) ipc_record_that(object, IPC_CALL_SEND, (long)(value))
#define ipc_call_recv(object) ipc_record_that(object, IPC_CALL_RECV, 0)

#ifdef __cplusplus
}
#endif
#endif
