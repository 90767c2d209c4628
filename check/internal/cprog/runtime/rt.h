/* The runtime that takes the place of the C library's threads: all threads of all
   processes of the program are coroutines of one thread, which execute one at a time,
   in an order that the command chooses. Memory is put back between executions.

   Nothing that must outlast an execution is in variables: these are put back, too. It
   is in *rt, *wire, *job, or memory mapped at a fixed place. */
#ifndef RT_H
#define RT_H

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "kinds.h"
#include "wire.h"

/* Where things are. */
#define RUNTIME ((char *)0x200000000000)
#define WIRE ((char *)0x210000000000)
#define STACKS ((char *)0x220000000000)
#define HEAP ((char *)0x230000000000)
#define HEAP_SHADOW ((char *)0x240000000000)
#define SHARED ((char *)0x250000000000)
#define CLOCKS ((char *)0x260000000000)
#define STDIN ((char *)0x268000000000)
#define MARKS ((char *)0x26E000000000) /* of names: nothing is there */
#define NUMBERS ((char *)0x26F000000000) /* of descriptors: nothing is there */
#define RESERVED_END ((char *)0x270000000000)

enum {
	STACK = 8 << 20,    /* of which the lowest page is a guard */
	PAGE = 4096,
	LOOKS = 32,
	KEYS = 64,
	REGIONS = 64,
	STICKY = 1 << 14,
	CELLS = 1 << 20,
	ACCESSES = 10,
	FINDS = 8,
	LOANS = 64,
	SLOTS = 1 << 15,
	SHARED_PART = 64 << 20, /* of what has one name, or of what one thread shares without */
	STDIN_SIZE = 16 << 20,
	DESCRIPTORS = 64,
	MAPPINGS = 16,
	PIPES = 32,         /* that one thread makes */
	DESCRIPTIONS = 256,
	FIRST_PID = 1000,
	SIGNALS_END = 65,
	PIPE_SIZE = 65536,
	TLS = 4096,         /* bytes of thread-local variables, at most */
};
#define HEAP_PART ((size_t)256 << 20) /* of one thread */
#define SHARED_SIZE ((size_t)(PLACES + MAX_THREADS) * SHARED_PART)

/* What is known of the threads, and the time, in nanoseconds since the program began. */
struct clock { uint32_t of[MAX_THREADS]; int64_t time; };

enum state { ABSENT, EAGER, PENDING, RUNNING, ENDED };

enum { NOTHING = -1, CLOCK = -2 };

/* Of memory that is none of the program's: what it stands for, in its report. */
enum { OF_A_NAME = 1, OF_DESCRIPTORS = -3, OF_WAITING = -4 };

/* A read, or a lock, that a loop may consist of. */
struct look {
	uint64_t pc, state;
	int32_t obj;            /* NOTHING: a call that sleeps, or CLOCK */
	uint32_t version;
	bool holds;             /* it has locked what it has looked at, and still holds it */
};

/* An access to a local variable of another thread. */
struct loan { uint64_t address, pc; uint32_t clock; int32_t thread; bool write; };

struct thread {
	int32_t id, parent, process, seq, kids, spawn_at;
	int32_t pipes, privates; /* how many of these it has made: they are numbered by thread, as others come before or after */
	size_t shared;          /* bytes of memory without a name, in its part of the shared memory */
	enum state state;
	void *sp;
	char *top;
	uintptr_t tcb;
	struct op op;
	uint64_t call;          /* of a function of the C library that reads or writes a stream */
	const uint64_t *call_frame;
	uint64_t pc, created, announced; /* announced: how many operations had been, before its own */
	const uint64_t *frame; /* of the function that performs the operation */
	const uint64_t *stack; /* of the program when it called that, NULL if it is not known */
	int32_t calling;        /* the object of the operation that it has said to call, + 1 */
	struct thread *starter;
	void *(*start)(void *);
	void *arg, *result;
	bool detached, joined, woken, timed, timed_out, forked;
	bool spurious;          /* it has been woken without a signal */
	bool early;             /* the time of a wait of its was over early */
	int32_t canceled, asked; /* somebody has canceled it; how often it has asked */
	uint32_t flag_version;   /* of the flag that says so, when it has last asked */
	bool uncancelable;
	char name[16];
	int32_t handling;       /* handlers of signals that run */
	__pthread_unwind_buf_t *cleanup; /* its handlers of pthread_cleanup_push */
	uint64_t ends_by;       /* the call by which it ends, which runs them */
	bool dying, alarmed; /* no signal comes to it any more; its alarm has gone off */
	uint64_t awaits;        /* signals that sigwait takes: they come though they would be ignored */
	int32_t lent;           /* loans of its local variables */
	uint64_t mask, pending; /* signals that it blocks, and those that have come */
	uint64_t random;        /* state of its random numbers */
	struct last *locals;    /* destructors of its thread-local variables, in the memory of the program */
	uint64_t published;     /* what those know of its mask who send signals to the process */
	struct clock clock;
	struct clock read, fence; /* of what it has read without acquiring that; at its last fence that releases */
	uint64_t writes;        /* to what others see, so far */
	int32_t looks, rounds;  /* rounds: of a loop that sleeps, in which it has found the same */
	uint64_t here;          /* its state before the operation under way */
	struct look look[LOOKS];
	struct loan loan[LOANS];
	uint32_t idle;          /* plain accesses since the last operation, or write to what others see */
	uint64_t anchor, anchor_state;
	const uint64_t *anchor_frame;
	int32_t sites;
	uint64_t site[MAX_IDLE]; /* of plain reads since then */
	uint64_t frames[MAX_FRAMES]; /* the calls that have led to its operation, if positions are asked for */
	void *specific[KEYS];
};

struct object {
	uint64_t address;
	int32_t class, space, id, size; /* of memory: bytes */
	int32_t owner, n, limit, depth; /* owner: thread + 1 */
	bool destroyed;
	bool robust, inconsistent, lost; /* of a robust mutex: its owner has ended with it; nobody can lock it any more */
	uint32_t version;
	struct clock clock, readers;
	int32_t waiters, waiter[MAX_THREADS];
	int32_t user;  /* the process that has used it first, + 1, if no other may */
	int32_t takes; /* of a semaphore */
	int32_t locked_in;     /* the event that locked it */
	uint64_t writes;       /* of its owner, by then */
	uint32_t before;       /* its version before that */
	struct post { struct clock clock; int32_t event; struct post *next; } *first, *last;
};

enum descriptor_kind { CLOSED, INPUT, OUTPUT, READS_PIPE, WRITES_PIPE, SOCKET, EVENTS, SHARED_MEMORY };

/* Where an OUTPUT leads, which is its index. */
enum output { STANDARD_OUTPUT, STANDARD_ERROR };
/* Copies of a descriptor, by dup and by fork, have one description. A SOCKET reads from one pipe, and
   writes to the other. */
struct descriptor { uint8_t kind; int16_t description; int32_t index, other; };

/* Of a description: whether who uses it does not wait; by the clock of each thread when it has set it so, 0:
   never, and when it has last made use of that. */
struct setting { bool nonblocking; uint32_t set[MAX_THREADS], used[MAX_THREADS]; uint64_t set_at[MAX_THREADS], used_at[MAX_THREADS]; }; /* and where */

/* The pipe that it reads from, or writes to; -1: none. */
static inline int ipc_read_from(const struct descriptor *d) { return d->kind == READS_PIPE || d->kind == SOCKET ? d->index : -1; }
static inline int ipc_written_to(const struct descriptor *d) { return d->kind == WRITES_PIPE ? d->index : d->kind == SOCKET ? d->other : -1; }

/* What a process does when a signal comes. */
struct action { void *handler; uint64_t mask; int32_t flags; };

/* Shared memory that a process has mapped, so many times: 0: not any more. */
struct mapping { uint64_t begin, end; int32_t times; };

struct process {
	int32_t parent, status, exits, waits;
	int32_t exited_child[MAX_THREADS]; /* in the order of their ends; -1: it has been waited for */
	bool exited, reaped, handles; /* handles: it has a handler for some signal */
	uint64_t pending; /* signals that have come to it, and all threads block */
	uint64_t alarm; /* how many operations had been when it was set; 0: none is */
	bool again;     /* it goes off again and again */
	struct action action[SIGNALS_END];
	int32_t sender[SIGNALS_END]; /* of what has come to it, or its threads, last: the process */
	struct descriptor descriptor[DESCRIPTORS];
	struct mapping mapping[MAPPINGS];
	uint32_t mask;
	struct image *image; /* kept from execution to execution */
};

/* PLAIN is one of pipe, STREAM one of a socket: to an ENDING one nobody can write any more, and who reads
   from a SHUT one finds that out. */
enum pipe_kind { PLAIN, FIFO, COUNTER, STREAM, ENDING, SHUT };

/* Of a fifo: how often it has been opened for reading, and for writing. */
struct pipe { enum pipe_kind kind; int32_t begin, size, readings, writings; char bytes[PIPE_SIZE]; char readers, waits[2]; }; /* waits: stand for whether readers, and writers, do */

/* A name that processes find shared memory or a semaphore by. at: in the shared memory,
   or the pipe of a fifo. */
struct named {
	char name[MAX_NAME];
	bool linked;
	int32_t place;          /* its part of the memory, by which the program knows what has no path */
	int32_t generation;     /* so much has had the name by then */
	uint64_t hash, sized;   /* of the name; sized: stands for the size */
	uint64_t attached;      /* the processes that have attached it, as bits */
	uint64_t made;          /* where */
	size_t at, size, most;  /* most: the largest size that it has had */
};

struct region { char *at; size_t size; char *copy; bool whole; };

struct runtime {
	struct job *doing;       /* the execution under way */
	struct thread thread[MAX_THREADS];
	int32_t threads, live;
	struct thread *current;
	void *controller;       /* its stack pointer */
	uint64_t pick_enabled;
	struct { int32_t thread; struct op op; } sleeper[MAX_THREADS];
	int32_t sleepers;

	struct object object[MAX_OBJECTS];
	int32_t objects;
	struct { uint64_t key; int32_t obj; uint32_t run; } slot[SLOTS];
	int32_t generations;
	bool robust;            /* there are robust mutexes */
	char printed;           /* stands for what is printed */
	bool leaves;            /* the first process has written what it has printed, and ends */
	/* What a process has printed through its stream last, from a place on, and not flushed. */
	struct { int32_t process, from; bool any; } unflushed;
	uint64_t prompt;        /* processes whose stream is not flushed when it is full, but at once; as bits */
	uint64_t announcements;
	uint32_t run;

	struct cell {
		uint64_t key;
		uint32_t run;
		int32_t n, next;
		struct { int32_t thread; uint32_t clock; } last; /* the last access, if all others happen before it; else NOTHING */
		uint8_t found[FINDS];    /* where an access may be, by its place */
		struct access { uint64_t pc; uint32_t clock; int32_t thread, event; uint8_t bytes, write, atomic; } access[ACCESSES]; /* bytes: a bit for each of the eight */
	} cell[CELLS];

	int32_t cells;  /* in use */
	bool frees;     /* what is written is freed */
	bool unwatched; /* there were too few of them */

	int (*main)(int, char **, char **);
	int argc;
	char **argv, **envp;
	size_t stdin_at, clocks_used;

	struct region region[REGIONS];
	int32_t regions;
	struct { int32_t region, page; } sticky[STICKY];
	int32_t stickies;
	char *copies;
	uint64_t heap_parts;     /* in which something has been allocated */
	size_t heap_initial;     /* bytes of the first part of the heap at the start */
	char *heap_copy;
	uintptr_t tcb[MAX_THREADS], main_tcb;
	char tls_copy[TLS];
	size_t tls_size;
	bool outside_heap;
	bool fsgsbase;

	struct process process[MAX_THREADS]; /* by their first threads */
	int32_t in_memory;
	bool leave_group, ask_for_group; /* some process has done so */
	struct thread *forking;
	struct pipe pipe[MAX_THREADS * PIPES];
	int32_t made_pipe[MAX_THREADS * PIPES], pipes; /* those that there are, in order */
	struct setting setting[DESCRIPTIONS];
	int32_t descriptions;
	struct named named[NAMES];
	int32_t names;

	/* What the program fails by, first. end: DONE if there is nothing yet. */
	struct { enum end end; int32_t process, where; uint64_t pc; char message[MAX_MESSAGE]; } fault;

	uint64_t progress, seen, ticked;
	int32_t still;  /* ticks of the processor since there has been progress */
	int64_t used;   /* milliseconds of the processor, at the last tick */
	int32_t idle_ticks;
	bool asks;      /* the command is to answer a question */
	char signal_stack[1 << 16];
	char scratch_stack[1 << 16];
};

#define rt ((struct runtime *)RUNTIME)
#define wire ((struct wire_memory *)WIRE)
#define job (rt->doing)
#define PC ((uint64_t)__builtin_return_address(0))
#define FRAME ((const uint64_t *)__builtin_frame_address(0))

/* Whether a call that waits fails with EINTR when a signal is handled: never, unless the
   handler is installed with SA_RESTART, or in any case. */
enum failing { NEVER_FAILS, UNLESS_RESTARTED, FAILS };

/* switch.S */
void ipc_switch(void **save, void *to);
void ipc_switch_through(void **save, void **to, void (*then)(void), void *stack);
int ipc_save(void **save, void (*then)(void), void *stack);
void ipc_thread_entry(void);

/* sched.c */
struct event *ipc_perform_alone(struct op op, uint64_t pc, const uint64_t *frame);
struct event *ipc_perform_this(struct op *op, enum failing failing, uint64_t pc, const uint64_t *frame);
/* An operation that signals may come before, or interrupt: NULL if it fails with EINTR. */
static inline struct event *ipc_try(struct op op, enum failing failing, uint64_t pc, const uint64_t *frame) { return ipc_perform_this(&op, failing, pc, frame); }
static inline struct event *ipc_perform(struct op op, uint64_t pc, const uint64_t *frame) { return ipc_perform_this(&op, NEVER_FAILS, pc, frame); }
struct event *ipc_last(void);
int ipc_alternative(int n);
bool ipc_ends_by_itself(bool may, uint64_t pc, const uint64_t *frame);
bool ipc_early(bool timed, uint64_t pc, const uint64_t *frame);
void ipc_wake(struct thread *t);
void ipc_start(struct thread *t);
void ipc_end_thread(uint64_t by) __attribute__((noreturn));
void ipc_go_on(void) __attribute__((noreturn));
void ipc_run(void);
/* A process is numbered as its first thread is. */
static inline bool ipc_is_process(int i) { return i >= 0 && i < rt->threads && rt->thread[i].state != ABSENT && rt->thread[i].process == i; }
/* The thread that executes under control, NULL outside of an execution. */
static inline struct thread *ipc_current(void) { return rt->current; }
/* Its list has nothing yet, and is not cleared: operations are made all the time. */
static inline struct op ipc_op(int kind, int obj)
{
	struct op op;
	memset(&op, 0, offsetof(struct op, more));
	op.kind = kind;
	op.obj = obj;
	op.obj2 = -1;
	return op;
}

/* Copies an operation, but not what its list has room for. */
static inline void ipc_copy_op(struct op *to, const struct op *from)
{
	memcpy(to, from, offsetof(struct op, more));
	for (int i = 0; i < from->nmore; i++)
		to->more[i] = from->more[i];
}

/* Memory that the runtime has mapped, and not the variables of the program. */
static inline bool ipc_reserved(uint64_t address) { return address - (uint64_t)RUNTIME < (uint64_t)(RESERVED_END - RUNTIME); }

/* enabled.c */
bool ipc_alerted(const struct op *op);
bool ipc_goes_on(const struct thread *t);
bool ipc_enabled(const struct thread *t);
uint64_t ipc_who_goes_on(bool *ended);

/* sleep.c */
void ipc_wake_sleepers(void);

/* clock.c */
bool ipc_beside(const struct thread *t);
bool ipc_alone(void);
bool ipc_alone_in_process(void);
void ipc_acquire(struct thread *t, const struct clock *c);
void ipc_release(struct thread *t, struct clock *c);
void ipc_join_clock(struct clock *to, const struct clock *from);

/* create.c */
struct thread *ipc_new_thread(struct thread *parent, uint64_t pc);
struct thread *ipc_new_child(struct thread *parent, uint64_t pc);

/* report.c */
void ipc_walk(const struct thread *t, uint64_t frames[MAX_FRAMES]);
void ipc_report_threads(void);

/* fault.c */
void ipc_finish(enum end end) __attribute__((noreturn));
void ipc_report(enum end end, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ipc_stop(int signal) __attribute__((noreturn));
void ipc_crash(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* The same, at a place that is not that of an operation. */
#define ipc_crash_at(pc, ...) (job->crash_pc = (pc), ipc_crash(__VA_ARGS__))
void ipc_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void ipc_unsupported(const char *what, uint64_t pc) __attribute__((noreturn));
/* The first process has failed: what the others do is not the program's any more. */
static inline bool ipc_failed(void) { return rt->fault.end != DONE && rt->fault.process == 0; }

/* What is in memory that malloc returns: a program that takes it for zeros, is wrong. */
enum { UNINITIALISED = 0xCD };

/* object.c */
struct object *ipc_object(const void *address, enum object_class class);
struct object *ipc_memory(uint64_t address, int size);
bool ipc_known(const void *address, enum object_class class);
void ipc_spoil(struct object *o, void *at, size_t size);
struct object *ipc_anew(struct object *o, const void *at, size_t size, const char *what, uint64_t pc);
void ipc_forget(const void *address, enum object_class class);
void ipc_usable(const void *at, const char *what, uint64_t pc);
void ipc_begins_or_ends(const void *at, uint64_t pc);
int32_t ipc_space_of_reserved(uint64_t address);
/* The process to which memory belongs, -1 if several share it. */
static inline int32_t ipc_space(uint64_t address)
{
	if (ipc_reserved(address))
		return ipc_space_of_reserved(address);
	return rt->current ? rt->current->process : 0;
}

void ipc_used_by_processes(struct object *o, bool may, const char *what, uint64_t pc);
void ipc_inherit_locks(const struct thread *parent, const struct thread *child);

/* loop.c */
void ipc_comes_round(const uint64_t *frame, struct op *op);
void ipc_looked(const uint64_t *frame, struct object *o);
void ipc_looks_at_clock(const uint64_t *frame);
void ipc_wrote(void);
void ipc_note(uint64_t places[MAX_WEAK], uint64_t pc);
uint64_t ipc_state(const struct thread *t, const uint64_t *frame);
void ipc_reveal(struct thread *t);

/* race.c */
void ipc_access(uint64_t address, int size, bool write, bool atomic, uint64_t pc);
void ipc_fresh(const void *address, size_t size);
void ipc_gone(const void *address, size_t size, uint64_t pc);

/* plain.c */
bool ipc_visible(uint64_t pc);
void ipc_range(const void *address, size_t size, bool write, uint64_t pc);
void ipc_answers(const void *address, size_t size, uint64_t pc);

/* heap.c */
void ipc_heap_reset(void);
void ipc_heap_snapshot(void);
const char *ipc_reserved_fault(uint64_t address, int size);
/* What is wrong with an access to memory that the runtime has handed out, or keeps for
   itself; NULL if nothing is. */
static inline const char *ipc_heap_fault(uint64_t address, int size) { return ipc_reserved(address) ? ipc_reserved_fault(address, size) : NULL; }

bool ipc_unmapped(uint64_t address);
size_t ipc_heap_used(int part);

/* stack.c */
static inline bool ipc_on_a_stack(uint64_t address) { return address - (uint64_t)STACKS < (uint64_t)MAX_THREADS * STACK; }
void ipc_stack_access(uint64_t address, bool write, uint64_t pc, const uint64_t *sp);
void ipc_returned(const uint64_t *sp);

/* image.c */
void ipc_snapshot(void);
void ipc_restore(void);
bool ipc_touch(char *address);
void ipc_bring_in(void);
void ipc_keep_image(void);

/* tls.c */
void ipc_set_tls(uintptr_t tcb);
uintptr_t ipc_tls_of(int thread);
void ipc_tls_snapshot(void);

/* process.c */
void ipc_processes_reset(void);
void ipc_in_turn(const void *at, uint64_t pc, const uint64_t *frame);
void ipc_exit_process(int status, uint64_t pc, const uint64_t *frame) __attribute__((noreturn));
void ipc_left_behind(void);
int ipc_child_number(int process);

/* signal.c */
struct object *ipc_signals_of(struct thread *t);
void ipc_send_signal(int process, int signal, uint64_t pc, const uint64_t *frame);
void ipc_raise(int signal, uint64_t pc, const uint64_t *frame);
bool ipc_ignores(int process, int signal);
void ipc_deliver(struct event *e, uint64_t mask, uint64_t pc, const uint64_t *frame);
bool ipc_will_fail(const struct thread *t, enum failing failing);
void ipc_alarm(uint64_t pc, const uint64_t *frame);

/* descriptor.c */
struct descriptor *ipc_descriptor(int fd);
struct descriptor *ipc_used(int fd, uint64_t pc);
int ipc_new_descriptor(enum descriptor_kind kind, int index, int other, int flags, uint64_t pc);
void ipc_numbers_change(uint64_t pc);
bool ipc_nonblocking(const struct descriptor *d, uint64_t pc, const uint64_t *frame);
void ipc_descriptors_reset(void);
void ipc_inherit(struct process *child, const struct process *parent, struct event *fork, uint64_t pc);
void ipc_close_all(struct process *p, uint64_t pc);
struct named *ipc_shared_of(int fd, uint64_t pc);
void ipc_shut(int pipe, uint64_t pc);

/* group.c */
void ipc_asks_for_group(uint64_t pc);

/* pipe.c */
struct object *ipc_bytes_of(int pipe);
struct object *ipc_readers_of(int pipe);
void ipc_report_pipes(void);
int ipc_new_pipe(enum pipe_kind kind, uint64_t pc);
struct event *ipc_begin_read(struct object *o, bool waits, uint64_t pc, const uint64_t *frame, const uint64_t *loop);
ssize_t ipc_read_pipe(struct descriptor *d, void *to, size_t n, uint64_t pc, const uint64_t *frame, const uint64_t *loop);
ssize_t ipc_write_pipe(struct descriptor *d, const char *from, size_t n, bool quiet, uint64_t pc, const uint64_t *frame, const uint64_t *loop);

/* eventfd.c */
ssize_t ipc_read_events(struct descriptor *d, void *to, size_t n, uint64_t pc, const uint64_t *frame, const uint64_t *loop);
ssize_t ipc_write_events(struct descriptor *d, const void *from, size_t n, uint64_t pc, const uint64_t *frame);

/* file.c */
void ipc_streams(void);
ssize_t ipc_write_at(int fd, const void *from, size_t n, uint64_t pc, const uint64_t *frame);

/* cond.c */
void ipc_wake_out_of(struct object *cond, struct thread *t, uint64_t pc, const uint64_t *frame);
int ipc_cond_wait(pthread_cond_t *c, pthread_mutex_t *m, bool timed, enum failing failing, uint64_t pc, const uint64_t *frame);
int ipc_signal(struct object *cond, uint64_t pc, const uint64_t *frame);
int ipc_broadcast(struct object *cond, uint64_t pc, const uint64_t *frame);

/* monitor.c */
void ipc_enter(const void *at, uint64_t pc, const uint64_t *frame);
void ipc_leave(const void *at, uint64_t pc, const uint64_t *frame);
bool ipc_await(const void *cond, const void *at, bool timed, enum failing failing, uint64_t pc, const uint64_t *frame);
void ipc_notify(const void *at, uint64_t pc, const uint64_t *frame);
int ipc_notify_some(const void *at, int n, uint64_t pc, const uint64_t *frame);

/* names.c */
void ipc_report_names(void);
struct named *ipc_at_place(int place);
bool ipc_still_named(struct named *n, uint64_t pc, const uint64_t *frame);
size_t ipc_size_of(struct named *n, uint64_t pc, const uint64_t *frame, const uint64_t *loop);
void ipc_set_size(struct named *n, size_t size, uint64_t pc, const uint64_t *frame);
struct named *ipc_look_up(const char *kind, const char *name, int flags, bool *made, uint64_t pc, const uint64_t *frame, const uint64_t *loop);
struct named *ipc_look_up_key(const char *kind, key_t key, int flags, bool *made, const uint64_t *loop);
int ipc_unlink_name(const char *kind, const char *name, uint64_t pc, const uint64_t *frame);
void ipc_remove(struct named *n, uint64_t pc, const uint64_t *frame);

/* shared.c */
void ipc_share_nothing(void);
void ipc_detach_all(int process);
void ipc_attach_child(int parent, int child);
char *ipc_share(struct named *n, size_t size);
static inline char *ipc_shared_at(const struct named *n) { return SHARED + n->at; }

/* lock.c: operations on locks. frame: of the entry of a call that loops may wait by, see switch.S */
void ipc_end_lock(struct object *o, const char *what, const char *how, uint64_t pc, const uint64_t *frame);
void ipc_not_destroyed(const struct object *o);
void ipc_locked(struct thread *t, struct object *o);
void ipc_lock_again(struct object *o);
int ipc_lock(struct object *o, int kind, const uint64_t *frame);
int ipc_try_lock(struct object *o, int kind, const uint64_t *frame);
bool ipc_in_time(int op, struct object *o, const uint64_t *frame);
int ipc_timed_lock(struct object *o, int kind, const struct timespec *until, const uint64_t *frame);
int ipc_unlock(struct object *o, int kind, const char *what, uint64_t pc, const uint64_t *frame);

/* mutex.c */
void ipc_give_up(int process, uint64_t pc, const uint64_t *frame);

/* queue.c */
void ipc_report_queue(const struct named *n, struct name_report *r);

/* semset.c */
void ipc_undo(int process, uint64_t pc, const uint64_t *frame);

/* semaphore.c */
void ipc_set_semaphore(void *semaphore, bool shared, unsigned value);
void ipc_post(struct object *o, uint64_t pc, const uint64_t *frame);
void ipc_took(struct object *o, struct event *e);

/* threads.c */
struct thread *ipc_thread(pthread_t p); /* NULL if it is none */

/* keys.c */
void ipc_destroy_specific(struct thread *t);

/* exit.c */
void ipc_exit(int status, uint64_t pc) __attribute__((noreturn));
void ipc_destroy_locals(struct thread *t);
bool ipc_has_handlers(void);

/* cancel.c */
struct event *ipc_perform_unless_canceled(struct op op, uint64_t pc, const uint64_t *frame);
void ipc_ask_whether_canceled(const uint64_t *loop);
void ipc_woken_by_cancel(uint64_t pc, const uint64_t *frame);
int ipc_cancel(struct thread *t, uint64_t pc, const uint64_t *frame);

/* jump.c */
void ipc_unwind(uint64_t by) __attribute__((noreturn));

/* stdio.c */
void ipc_calls(uint64_t pc, const uint64_t *frame);
void ipc_takes_input(int fd, uint64_t pc, const uint64_t *frame);
void ipc_prints(int fd, uint64_t pc, const uint64_t *frame);

/* output.c */
void ipc_output(enum output to, const char *text, size_t n, bool stream);
void ipc_flushed(void);
void ipc_prompt(bool at_once);
void ipc_lose_output(void);

/* time.c */
bool ipc_is_a_time(const struct timespec *until);
bool ipc_is_over(const struct timespec *until);
void ipc_time_is(const struct timespec *until);
void ipc_time_passes(int64_t seconds, int64_t nanoseconds);

/* start.c */
extern bool ipc_ready; /* the runtime is set up; as all variables, it is put back to what it was at the start of the program */
long ipc_syscall(long n, long a, long b, long c, long d, long e, long f);
void ipc_die(const char *message) __attribute__((noreturn));
void ipc_tell(char what);

#endif
