/*
Ipccheck checks that processes which communicate do what they promise: it runs Go
tests and programs under every interleaving, and looks at every interleaving of
models. It shows a short run for each fault that can happen.

# Usage

	ipccheck test [PACKAGES] [flags]
	ipccheck run FILE... | PACKAGE [flags]
	ipccheck explore MODEL [parameters] [flags]
	ipccheck lin HISTORY... [flags]
	ipccheck stress TRANSPORT [flags]
	ipccheck list [MODEL...]
	ipccheck explain [CODE...]
	ipccheck replay RUN
	ipccheck version
	ipccheck help [COMMAND]

Flags stand before or after names, with one dash or two; -name value and
-name=value are the same. Behind -- nothing is a flag.

# Test and run

	ipccheck test ./...

does to interleavings what go test -race does to data races: nothing is changed,
and each test function is executed once for each order of its operations that
depend on each other, as far as the budget goes. ipccheck help test names the
flags.

The program's packages and those it depends on outside the standard library are
rewritten, in copies, so that what synchronises is controlled; positions stay
true. The standard library's own goroutines, files, sockets and processes are not
controlled: a test that reaches them is inconclusive, and the report says where.

# Lin

	ipccheck lin history.jsonl -spec bounded:4

decides whether a recorded history can be explained by a buffer: whether its
operations have an order that respects time and in which each returns what the
buffer allows. A history is a file of JSON lines (ipccheck lin -schema), a queue
log of Violin, LiMo or fastlin, or a queue history of Jepsen. ipccheck help lin
names the flags.

# Stress

	ipccheck stress shm -producers 4 -consumers 4 -items 1000000 -faults kill,stop

lets real processes send messages through a transport of the operating system,
kills and stops some of them, and decides the history. ipccheck help stress names
the flags.

# Explore

The textbook circular queue is right for one producer and one consumer. With two
producers it loses items:

	ipccheck explore circular-queue -producers 2 -items 2

Parameters are flags that depend on the model; ipccheck list MODEL names them.
A range or a list explores every combination and prints a table:

	ipccheck explore blocking-queue -producers 1..4 -capacity 1..3 -notify one,two

The flags of explore itself:

	-workers n     states are expanded by n workers at once (default: one for
	               each processor); the result does not depend on it
	-states n      give up, inconclusively, when there are more than n states
	-depth n       look no further than n levels; the initial state is level 1
	-timeout t     give up, inconclusively, after a time as in 90s or 1h30m, for
	               all combinations together (default: no limit)
	-json          one JSON object on a line for each combination
	-junit file    write JUnit XML as well
	-width n       columns of the text (default 80)
	-quiet         one line for each combination, no progress

An interrupt (Ctrl-C) ends an exploration with what it has covered. Long ones
tell on standard error how far they have come. Colour is used on terminals only,
and never if the environment sets NO_COLOR.

# Replay

A report of a fault ends with the command that runs its trace again:

	ipccheck replay 'circular-queue:size=4,producers=2,consumers=1,items=2#0.0,0.1,1.0,1.1,0.2'

Before the # stand the model and its parameters, behind it the steps: process,
statement and, where a statement has several outcomes, which one, counted from 0.
A file of verdicts or traces in JSON, or - for standard input, can be given
instead. It is an error if the run no longer fits the model; the message says at
which step, and why.

# JSON

Explore and replay write an object of schema ipccheck/1 for each verdict, in a
line of its own. Traces in it have the format ipccheck-trace/1. Two equal runs
differ in elapsed_ms and nothing else. List, explain and version also know -json.

# Exit codes

	0  pass: looked at everything there is, and found no fault
	1  fail: a fault was found
	2  a mistake in the command line or in what it names, input that cannot be
	   read, or output that cannot be written
	3  inconclusive: a bound, the time or an interrupt ended the search before
	   it found anything
	4  a fault of ipccheck itself

Of several verdicts the worst counts, in the order 4, 2, 1, 3, 0.

# Limitations

Models are part of the program: new ones are added to package model/algo. Their
states are kept in memory, all of them. The search looks for faults that a run
of finite length shows; livelock and starvation need infinite ones, and are not
looked for yet. ipccheck explain says which faults are reported by whom.

A pass holds for the model with the parameters given, and for no others.
*/
package main
