/*
Ipccheck checks that processes which communicate do what they promise: it runs Go
tests and programs under every interleaving, and looks at every interleaving of
models. It shows a short run for each fault that can happen.

# Usage

	ipccheck test [PACKAGES] [flags]
	ipccheck run FILE... | PACKAGE [flags] [-- ARGUMENTS]
	ipccheck grade ASSIGNMENT SUBMISSION... [flags]
	ipccheck explore MODEL [parameters] [flags]
	ipccheck lin HISTORY... [flags]
	ipccheck stress TRANSPORT [flags]
	ipccheck list [MODEL...] [flags]
	ipccheck explain [CODE...] [flags]
	ipccheck replay RUN [flags]
	ipccheck cache [flags]
	ipccheck version [flags]
	ipccheck schema
	ipccheck man
	ipccheck completion bash | zsh | fish
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
true. What comes in from outside is taken to be the same in every execution, and the
report says so, or is not controlled: a test that reaches it is inconclusive, and the
report says where.

# Lin

	ipccheck lin history.jsonl -spec bounded:4

decides whether a recorded history can be explained by a buffer: whether its
operations have an order that respects time and in which each returns what the
buffer allows. A history is a file of JSON lines (ipccheck lin -schema), or a log of
another tool, such as Violin, fastlin or Jepsen. ipccheck help lin names all formats,
and the flags.

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

Each verdict is an object of schema ipccheck/1 in a line of its own; test writes the
events of go test -json, in which verdicts stand. Traces have the format
ipccheck-trace/2. Two equal explorations of models differ in elapsed_ms and nothing
else. Ipccheck schema prints their JSON schema. List, explain and version also know
-json. -junit writes a file of JUnit XML, -sarif one of SARIF, -codequality one that
GitLab reads, -html a page for a browser, or into a directory a page of each result;
-mermaid prints sequence diagrams.
The forms of output are the same for all commands that judge; ipccheck help COMMAND
names them.

# Exit codes

	0  pass: looked at everything there is, and found no fault
	1  fail: a fault was found
	2  a mistake in the command line or in what it names, input that cannot be
	   read, or output that cannot be written
	3  inconclusive: a bound, the time or an interrupt ended the search before
	   it found anything
	4  an internal error of ipccheck

Of several verdicts the worst counts, in the order 4, 2, 1, 3, 0.

# Flags

ipccheck test [PACKAGES] [flags]

	-run re         only tests whose names match, as go test has it
	-skip re        no tests whose names match, as go test has it
	-short          as go test has it
	-p n            packages at once
	-count n        accepted, and without effect: nothing is cached
	-shuffle how    accepted, and without effect: no test sees what one before it
	                has changed
	-parallel n     accepted, and without effect: parallel tests are not limited
	-failfast       no further package after one that fails
	-timeout t      stop after that time, inconclusively
	-control off    run the rewritten tests as they are, without control
	-C dir          the directory in which the program is built and found
	-budget n[,t]   executions of each test, and perhaps a time, as in 50000,30s
	                (default 20000,20s); what is not decided then is inconclusive
	-strategy s     optimal: one execution for each order of operations that
	                depend on each other; source: as optimal, with more
	                executions; naive: every interleaving, without reduction;
	                preemptions: all with few preemptions; random: random
	                executions, each choice uniform; pct: random executions,
	                priorities that change at a few points; urw: random
	                executions, weighted by what is left to do; if none is named,
	                optimal with half of the budget, and random ones with the rest
	                if that is not all
	-preemptions n  all executions with at most n preemptions
	-seed n         of random executions (default 1)
	-signal s       fifo (default): a Signal wakes the goroutine that has waited
	                longest, as Go does; any (default for C): any of them
	-steps n        operations of an execution (default 10000, fewer once many are
	                cut short; 500000 if they are all of one goroutine)
	-leaks rule     what goroutines are that are left behind, waiting forever:
	                warn (default): a failure if some executions leave behind what
	                others do not, a warning if all leave the same; strict: a
	                failure; off: nothing
	-timeouts rule  what it is if a test complains because a timer fired while
	                somebody could still go on: assume (default): named under
	                assumes; strict: a failure (ipccheck explain time)
	-stall t        how long an execution may do nothing that is seen before the
	                program is stopped (default 30s)
	-memory size    how much memory the program and its exploration may take, as
	                in 512MB (default 4GB); more is inconclusive
	-v              more of each result: tests that pass, the source of each step
	                of a replay
	-race           the race detector judges each execution (default, where
	                programs can be built with it: test and run); -race=false: a
	                pass then assumes that there is no data race
	-tags list      as the go command has it
	-mod mode       as the go command has it
	-modfile file   as the go command has it
	-trimpath       as the go command has it
	-width n        columns of the text, up to 200 (default: those of the
	                terminal, or what COLUMNS says, or 80)
	-color when     auto (default): on a terminal and in the logs of GitHub's
	                actions, unless NO_COLOR is set or TERM is dumb; always; never
	-quiet          one line for each result, no progress

ipccheck run FILE... | PACKAGE [flags] [-- ARGUMENTS]

	-C dir          the directory in which the program is built and found
	-budget n[,t]   executions of each test, and perhaps a time, as in 50000,30s
	                (default 20000,20s); what is not decided then is inconclusive
	-strategy s     optimal: one execution for each order of operations that
	                depend on each other; source: as optimal, with more
	                executions; naive: every interleaving, without reduction;
	                preemptions: all with few preemptions; random: random
	                executions, each choice uniform; pct: random executions,
	                priorities that change at a few points; urw: random
	                executions, weighted by what is left to do; if none is named,
	                optimal with half of the budget, and random ones with the rest
	                if that is not all
	-preemptions n  all executions with at most n preemptions
	-seed n         of random executions (default 1)
	-signal s       fifo (default): a Signal wakes the goroutine that has waited
	                longest, as Go does; any (default for C): any of them
	-steps n        operations of an execution (default 10000, fewer once many are
	                cut short; 500000 if they are all of one goroutine)
	-leaks rule     what goroutines are that are left behind, waiting forever:
	                warn (default): a failure if some executions leave behind what
	                others do not, a warning if all leave the same; strict: a
	                failure; off: nothing
	-timeouts rule  what it is if a test complains because a timer fired while
	                somebody could still go on: assume (default): named under
	                assumes; strict: a failure (ipccheck explain time)
	-stall t        how long an execution may do nothing that is seen before the
	                program is stopped (default 30s)
	-memory size    how much memory the program and its exploration may take, as
	                in 512MB (default 4GB); more is inconclusive
	-v              more of each result: tests that pass, the source of each step
	                of a replay
	-race           the race detector judges each execution (default, where
	                programs can be built with it: test and run); -race=false: a
	                pass then assumes that there is no data race
	-tags list      as the go command has it
	-mod mode       as the go command has it
	-modfile file   as the go command has it
	-trimpath       as the go command has it
	-width n        columns of the text, up to 200 (default: those of the
	                terminal, or what COLUMNS says, or 80)
	-color when     auto (default): on a terminal and in the logs of GitHub's
	                actions, unless NO_COLOR is set or TERM is dumb; always; never
	-quiet          one line for each result, no progress
	-cflags list    flags of the C compiler, separated by spaces, as in
	                -cflags='-DSIZE=2 -lm'
	-early          of C programs: the time of a wait with a limit may also be
	                over though others can go on, once in each thread, and it is a
	                failure, too, if the program complains then
	-spurious       of C programs: a wait for a condition variable may also wake
	                up without a signal, once in each thread
	-stdin file     what every execution reads as standard input (default: none)
	-outcomes       list in which ways executions end, with exit status and
	                output, instead of judging them; only a data race is a
	                failure. What goroutines print with nothing to order them is
	                listed in one order

ipccheck grade ASSIGNMENT SUBMISSION... [flags]

	-format name     text: for students, or of several submissions a table; json:
	                 all that is known, an object a submission; csv: a table:
	                 points, and of each property; gradescope: results.json of
	                 Gradescope; classroom: what a runner of GitHub Classroom
	                 reports, as JSON; classroom-env: the same for $GITHUB_ENV, a
	                 runner a property: ITEMS_RESULTS=...; annotations:
	                 annotations of GitHub Actions; classroom50: result.json of
	                 Classroom 50, with what its runner says in the environment;
	                 prairielearn: results.json of PrairieLearn; check50: what
	                 check50 -o json writes; coderunner: what a combinator
	                 template grader of Moodle CodeRunner prints; vpl: what an
	                 evaluation of Moodle VPL prints, between $VPL_GRADEMIN and
	                 $VPL_GRADEMAX; junit: JUnit XML, a suite a submission; tap:
	                 Test Anything Protocol, version 14; html: a page: for the
	                 student, or of several submissions for staff
	-o file          where the results go (default: standard output)
	-results dir     write each result there as soon as it is there, as JSON;
	                 those that are there already are not made again
	-p n             submissions at once
	-verify          grade everything twice, and compare each byte
	-init dir        write an assignment to start from into a new folder, and end
	-doctor          say what of the machine submissions are kept from and looked
	                 at with, and end
	-schema          print the JSON Schema of assignment.json, and end
	-setup platform  write the files with which a platform runs the grader: grade
	                 -setup PLATFORM ASSIGNMENT [DIR]
	-quiet           no progress

ipccheck explore MODEL [parameters] [flags]

	-workers n   states are expanded by n workers at once (default: one for each
	             processor); the result does not depend on it
	-states n    give up, inconclusively, when there are more than n states
	-depth n     look no further than n levels; the initial state is level 1
	-timeout t   give up, inconclusively, after a time as in 90s or 1h30m, for all
	             combinations together (default: no limit)
	-step        walk the model: choose statement after statement, from standard
	             input; ? lists what can be typed
	-graph file  write all states and steps as a graph for Graphviz as well; up to
	             500 states, or what -states says
	-dot         print that graph instead of a verdict
	-width n     columns of the text, up to 200 (default: those of the terminal,
	             or what COLUMNS says, or 80)
	-color when  auto (default): on a terminal and in the logs of GitHub's
	             actions, unless NO_COLOR is set or TERM is dumb; always; never
	-quiet       one line for each result, no progress

ipccheck lin HISTORY... [flags]

	-spec s          what the object promises: unbounded, bounded:K, rendezvous,
	                 mailbox (the order of each producer), bag (no order), the
	                 last two bounded with :K, or stream:BYTES:ATOMIC (of bytes,
	                 up to ATOMIC at once, BYTES unbuffered if it holds nothing,
	                 and perhaps ,short: reads may get fewer than there are); and
	                 when it may refuse: ,weak (also while the other side is at
	                 work), ,abortable (while anybody else is) or ,spurious (at
	                 any time); a deadline is a refusal too, unless ,deadlines
	                 says that it may come at any time. Default: what the header
	                 of the history says
	-format f        jsonl, violin, fastlin, edn or porcupine (default: what it
	                 looks like)
	-steps n         give up, inconclusively, after n steps of the search
	                 (default: a bound that grows with the history)
	-memory n        give up, inconclusively, when porcupine needs about n MiB
	                 (default 1024)
	-timeout t       give up, inconclusively, after a time as in 90s or 1h30m, for
	                 all histories together (default: no limit)
	-porcupine file  draw the history with porcupine, up to 2000 operations
	-schema          print the JSON schema of a line of a history
	-width n         columns of the text, up to 200 (default: those of the
	                 terminal, or what COLUMNS says, or 80)
	-color when      auto (default): on a terminal and in the logs of GitHub's
	                 actions, unless NO_COLOR is set or TERM is dumb; always;
	                 never
	-quiet           one line for each result, no progress

ipccheck stress TRANSPORT [flags]

	-producers n  processes that send (default 4)
	-consumers n  processes that receive (default 4)
	-items n      messages of all producers together (default 100000)
	-size n       bytes of a message, 8 to 4096 (default 64)
	-capacity n   messages that it holds, if that can be set (default: see above)
	-faults list  what disturbs them, with commas: kill (processes die), stop
	              (they are stopped and go on), signals (a storm of signals),
	              delay (some begin late), slow (a slow receiver), descriptors
	              (they can open nothing more), quota (no file or queue can grow,
	              as on a full disk); eintr is another name for signals
	-kills n      processes that are killed (default 1); one of each side survives
	-seed n       chooses the disturbances (default 0)
	-patience t   when nothing moves for so long, it hangs (default 30s)
	-out file     the history (default stress-TRANSPORT-SEED.jsonl)
	-width n      columns of the text, up to 200 (default: those of the terminal,
	              or what COLUMNS says, or 80)
	-color when   auto (default): on a terminal and in the logs of GitHub's
	              actions, unless NO_COLOR is set or TERM is dumb; always; never
	-quiet        one line for each result, no progress

ipccheck list [MODEL...] [flags]

	-width n     columns of the text, up to 200 (default: those of the terminal,
	             or what COLUMNS says, or 80)
	-color when  auto (default): on a terminal and in the logs of GitHub's
	             actions, unless NO_COLOR is set or TERM is dumb; always; never

ipccheck explain [CODE...] [flags]

	-width n     columns of the text, up to 200 (default: those of the terminal,
	             or what COLUMNS says, or 80)
	-color when  auto (default): on a terminal and in the logs of GitHub's
	             actions, unless NO_COLOR is set or TERM is dumb; always; never

ipccheck replay RUN [flags]

	-debug          build the program for a debugger, and start dlv with this one
	                execution; if there is no dlv, print the command that does
	-C dir          the directory in which the program is built and found
	-budget n[,t]   executions of each test, and perhaps a time, as in 50000,30s
	                (default 20000,20s); what is not decided then is inconclusive
	-strategy s     optimal: one execution for each order of operations that
	                depend on each other; source: as optimal, with more
	                executions; naive: every interleaving, without reduction;
	                preemptions: all with few preemptions; random: random
	                executions, each choice uniform; pct: random executions,
	                priorities that change at a few points; urw: random
	                executions, weighted by what is left to do; if none is named,
	                optimal with half of the budget, and random ones with the rest
	                if that is not all
	-preemptions n  all executions with at most n preemptions
	-seed n         of random executions (default 1)
	-signal s       fifo (default): a Signal wakes the goroutine that has waited
	                longest, as Go does; any (default for C): any of them
	-steps n        operations of an execution (default 10000, fewer once many are
	                cut short; 500000 if they are all of one goroutine)
	-leaks rule     what goroutines are that are left behind, waiting forever:
	                warn (default): a failure if some executions leave behind what
	                others do not, a warning if all leave the same; strict: a
	                failure; off: nothing
	-timeouts rule  what it is if a test complains because a timer fired while
	                somebody could still go on: assume (default): named under
	                assumes; strict: a failure (ipccheck explain time)
	-stall t        how long an execution may do nothing that is seen before the
	                program is stopped (default 30s)
	-memory size    how much memory the program and its exploration may take, as
	                in 512MB (default 4GB); more is inconclusive
	-v              more of each result: tests that pass, the source of each step
	                of a replay
	-race           the race detector judges each execution (default, where
	                programs can be built with it: test and run); -race=false: a
	                pass then assumes that there is no data race
	-tags list      as the go command has it
	-mod mode       as the go command has it
	-modfile file   as the go command has it
	-trimpath       as the go command has it
	-width n        columns of the text, up to 200 (default: those of the
	                terminal, or what COLUMNS says, or 80)
	-color when     auto (default): on a terminal and in the logs of GitHub's
	                actions, unless NO_COLOR is set or TERM is dumb; always; never
	-quiet          one line for each result, no progress

ipccheck cache [flags]

	-clear  remove all that is in it

# Limitations

Models are part of the program: new ones are added to package model/algo. Their
states are kept in memory, all of them. The search of a model looks for faults that
a run of finite length shows: not for livelock and starvation, which need infinite
ones. Livelock is found in Go code only, where a goroutine that spins waits for a
change of what it reads; starvation nowhere. ipccheck explain says which faults are
reported by whom.

A pass holds for the model with the parameters given, and for no others.
*/
package main
