/* What the command and the program under control exchange: memory that both map. Its
   twin is wire.go, which compares the sizes. */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

enum {
	MAX_THREADS = 64,
	MAX_EVENTS = 1 << 15,
	MAX_OBJECTS = 1 << 13,
	MAX_MORE = 16,          /* reads of one round of a loop that waits */
	MAX_KINDS = 128,        /* of operations; see package prim */
	MAX_WAKES = 1 << 14,
	MAX_RACES = 64,
	MAX_IDLE = 64,          /* sites of plain reads in a loop that does nothing else */
	MAX_WEAK = 16,
	MAX_JOBS = 9,           /* of which one has been asked for */
	MAX_CODE = 1 << 20,     /* bytes of the program's instructions */
	MAX_FRAMES = 12,        /* calls that lead to an operation */
	MAX_OUTPUT = 1 << 18,   /* bytes that an execution writes */
	MAX_MESSAGE = 512,
	TICKS = 10,             /* in a second of the processor */
	MAX_NAME = 48,          /* of what processes share */
	MAX_DECLARED = 32,      /* objects that a harness declares */
	NAMES = 256,            /* of what processes share */
	PLACES = 256,           /* of what has had them, in all executions */
};

/* An operation, as in package prim. */
struct op {
	int32_t kind, spin, obj, obj2, arg, nmore;
	int32_t conditional, unless; /* value is what an update depends on */
	int32_t alert, pad; /* alert: the object of the signals that may come first, + 1 */
	uint64_t value;
	int32_t more[MAX_MORE]; /* last: few operations have any, and all are copied */
};

/* An operation that was executed. */
struct event {
	int32_t thread, kind, arg; /* kind and arg as they turned out */
	int32_t alt, alts, same;
	int32_t wakes_at, wakes;
	int32_t after;             /* the event that made it possible, -1: none */
	int32_t objects;           /* how many there were by then */
	uint64_t enabled;          /* the threads that could have gone on instead, if that is asked for */
	uint64_t pc, before;       /* what was in memory before an update */
	struct op full;            /* as it was announced */
};

struct thread_report {
	int32_t there, parent, spawn_at, seq, ended, woken, enabled, left;
	uint64_t pc, entry, created; /* the function, and the place of the call that made it */
	int32_t process, joined;
	struct op op;
	uint64_t frames[MAX_FRAMES];
};

enum object_class { MEMORY, MUTEX, RWLOCK, SPINLOCK, COND, SEMAPHORE, BARRIER, ONCE, THREAD, PIPE, READ_END, CHILDREN, SIGNALS, HISTORY };

struct object_report {
	uint64_t address;
	int32_t class, space, generation; /* space: the process whose memory it is in, -1: shared by all */
	int32_t owner, n, size;           /* when it was first met */
	int32_t of, pad;                  /* of a life: the thread, or minus the process */
	uint64_t holders;                 /* of a pipe: the processes that can write to it at the end */
	uint64_t made;                    /* of a pipe: the place of the call that made it */
};

/* Two accesses of which one writes, and nothing orders them. */
struct race {
	uint64_t pc[2], address; /* the earlier access first */
	int32_t write[2], thread[2], event[2]; /* write: 2 if it frees; event: how many the execution had by then */
	int32_t size, atomic;
	uint64_t frames[2];      /* the caller of the function with the access, of the later one */
};

/* What a verdict assumes something of, if the program uses it. */
enum used { TIMED_WAITS = 1, THE_TIME = 2, RANDOM_NUMBERS = 4, HANDLERS = 8, SLEEPY_LOOPS = 16, ALARMS = 32 };

enum uses_signals { SENDS_SIGNALS = 1, HANDLES_SIGNALS = 2, CANCELS = 4 };

enum end { DONE, DEADLOCK, BOUND, STOPPED, CRASHED, FAILED, NO_PROGRESS, AGAIN, UNSUPPORTED, TOO_EARLY };

/* What a harness says that an object under test is. */
struct declaration { int32_t object, capacity; char kind[MAX_NAME]; };

/* What processes share under a name, at the end of an execution. */
struct name_report { uint64_t mark, sized, address, size, made; int32_t messages, slots; char name[MAX_NAME]; }; /* slots: of a message queue; mark, sized: the objects that stand for the name, and for the size; made: where */

struct choice { int32_t thread, alt; };

/* An execution: how it is to be made, and what it has come to. */
struct job {
	/* From the command. */
	int32_t steps, lenient, sleep_at, signal_any, ask, positions;
	int32_t sets;              /* who could have gone on is asked for, before each event */
	int32_t beyond;            /* the others go on when a thread does what the program fails by */
	int32_t choices, sleepers;
	int32_t ahead;             /* it has not been asked for yet: it numbers no threads */
	int32_t answer;            /* to a question */
	struct choice choice[MAX_EVENTS];
	struct { int32_t thread, pad; struct op op; } sleeper[MAX_THREADS];

	/* From the program. */
	int32_t question, alternatives; /* question: 1: who goes on, 2: which outcome */
	uint64_t enabled;
	int32_t events, threads, objects, spawned, end, where, status, misfit;
	int32_t wakes, races, idles, output, output_lost, left, used, printed; /* used: see enum used */
	int32_t names, returned;       /* returned: the main function of the first process has */
	int32_t unwritten;             /* bytes that were printed, and lost: see ipc_lose_output */
	int32_t late;                  /* bytes that threads print when the first process is on its way out, which may be lost */
	int32_t declared, behind;      /* behind: how what goes on behind a fault ends */
	uint64_t crash_pc;
	char message[MAX_MESSAGE];
	int32_t spawn[MAX_THREADS];
	int32_t wake[MAX_WAKES];
	uint64_t idle[MAX_IDLE];
	struct race race[MAX_RACES];
	struct declaration declaration[MAX_DECLARED];
	struct name_report name[NAMES];
	struct thread_report thread[MAX_THREADS];
	struct object_report object[MAX_OBJECTS];
	struct event event[MAX_EVENTS];
	uint64_t frames[MAX_EVENTS][MAX_FRAMES]; /* of events, if positions are asked for */
	char out[MAX_OUTPUT];          /* standard output and error, as they were written */
	char print[MAX_OUTPUT];        /* standard output alone: printed bytes */
};

struct wire_memory {
	/* From the command. */
	int32_t todo[MAX_JOBS], todos; /* the jobs to be done, one after the other, before the command is answered */
	int32_t stdin_size, signals, spurious, early, prints; /* prints: the order of what is printed counts; signals: what the program does with them, see enum uses_signals; spurious: waits may end without a signal; early: their time may be over though others can go on */
	int32_t patience;              /* so many ticks without an operation are an endless loop */
	uint8_t ordered[MAX_KINDS][MAX_KINDS], writes[MAX_KINDS], last[MAX_KINDS], many[MAX_KINDS], always[MAX_KINDS];
	int32_t second[MAX_KINDS];
	int32_t ids[MAX_THREADS + 1][MAX_THREADS]; /* numbers of threads: by parent + 1, which child; -1: none yet */
	int32_t nids, nplaces;
	uint64_t place[PLACES];        /* what lies in which part of the shared memory: see place in names.c */
	uint8_t visible[MAX_CODE / 8]; /* sites of plain accesses that are operations: those that race */

	/* From the program. */
	int32_t sizes[4];              /* of wire, event, thread_report, object_report */
	uint64_t code_begin, code_end;
	uint64_t entered;              /* how far below the top of its stack the function of a thread begins */
	uint64_t weak[MAX_WEAK];       /* places of atomic accesses whose order is not sequentially consistent */
	uint64_t waits[MAX_WEAK];      /* places of waits for condition variables */

	struct job jobs[MAX_JOBS];
};

#endif
