package cli

import (
	"context"
	"fmt"
)

func (t *tool) cmdHelp(_ context.Context, args []string) (int, error) {
	p, err := parse("help", args, nil)
	if err != nil {
		return 0, err
	}
	text := help
	switch len(p.names) {
	case 0:
	case 1:
		var ok bool
		if text, ok = helpOf[p.names[0]]; !ok {
			return 0, usagef("help: there is no command %s%s: expected %s", quote(p.names[0]), didYouMean(p.names[0], commandNames()), enumerate(commandNames(), "or"))
		}
	default:
		return 0, usagef("help: one command at a time, not %d", len(p.names))
	}
	_, err = fmt.Fprint(t.stdout, text)
	return exitPass, err
}

const help = `ipccheck checks that processes which communicate do what they promise.

  ipccheck test [PACKAGES] run Go tests under every interleaving
  ipccheck run PROGRAM     the same for a Go program
  ipccheck explore MODEL   look at every interleaving of a model
  ipccheck lin HISTORY     decide a recorded history
  ipccheck stress WHAT     load pipes, queues, … between real processes
  ipccheck list            the models, their parameters and expected verdicts
  ipccheck explain CODE    what a fault means and how to mend it
  ipccheck replay RUN      run a trace again
  ipccheck version         versions of the program and of its formats
  ipccheck help COMMAND    more about a command

Begin with

  ipccheck test ./...
  ipccheck explore circular-queue -producers 2 -items 2

Flags stand before or after names, with one dash or two; -name value and
-name=value are the same.

Exit codes: 0 pass, 1 fail, 2 usage, input or output error, 3 inconclusive,
4 a fault of ipccheck itself.
`

const programHelp = `
  -C dir           the directory in which the program is built and found
  -budget n[,t]    executions of each test, and perhaps a time, as in 50000,30s
                   (default 20000,20s); what is not decided then is inconclusive
  -strategy s      optimal: one execution for each order of operations that
                   depend on each other; random, urw, pct: random executions;
                   preemptions: all with few preemptions; source, naive: as
                   optimal, with more effort. Default: optimal with half of the
                   budget, and random ones with the rest if that is not all
  -preemptions n   all executions with at most n preemptions
  -seed n          of random executions (default 1)
  -signal s        fifo (default): a Signal wakes the goroutine that has waited
                   longest, as Go does; any: any of them
  -steps n         operations of an execution (default 10000)
  -leaks=false     goroutines that are left behind, waiting forever, are no
                   fault
  -stall t         how long an execution may do nothing that is seen before the
                   program is stopped (default 30s)
  -race            the race detector judges each execution as well
  -tags, -mod, -modfile, -trimpath   as the go command has them
  -json            JSON instead of text
  -width n         columns of the text (default 80)
  -quiet           verdicts only, no progress
`

var helpOf = map[string]string{
	"test": `ipccheck test [PACKAGES] [flags]

Runs the test functions of Go packages, as go test does, each under every
interleaving of what synchronises in it: channels, select, go statements, and
what sync, sync/atomic, time and context have. Nothing has to be changed for it.
Time is virtual. Subtests are explored one by one; benchmarks, examples and fuzz
targets are left out.

A test fails if an execution does: it complains, panics, deadlocks, or leaves
goroutines behind that wait forever. The report has the interleaving, and the
command that runs it again. What cannot be controlled, such as files, sockets
and processes, is named, and the verdict is inconclusive.

  -run re          only tests whose names match, as go test has it
  -v               tests that pass as well, and what that covers
  -short           as go test has it
  -p n             packages at once
  -failfast        no further package after one that fails
  -timeout t       stop after that time, inconclusively
  -control off     run the rewritten tests as they are, without control
  -junit file      write JUnit XML as well
` + programHelp + `
With -json the output has the events of go test -json; the one that ends a test
has its verdict, too, and the action may be inconclusive.

Examples:

  ipccheck test ./...
  ipccheck test -race -run 'TestQueue' ./queue
  ipccheck test -budget 1000000,10m -v .

Exit codes: 0 pass, 1 fail, 2 usage, input or build error, 3 inconclusive, 4 a
fault of ipccheck itself. Of several tests the worst counts: 4, 2, 1, 3, 0.
`,
	"run": `ipccheck run FILE... | PACKAGE [flags]

Runs a Go program under every interleaving: its function main, or a function
scenario() error if it has one, which fails with what it answers. Package
variables begin anew with every execution.

  -v               no effect; every verdict is printed
` + programHelp + `
Examples:

  ipccheck run main.go
  ipccheck run -race ./cmd/server

Exit codes: 0 pass, 1 fail, 2 usage, input or build error, 3 inconclusive, 4 a
fault of ipccheck itself.
`,
	"explore": `ipccheck explore MODEL [parameters] [flags]

Looks at every interleaving of a model's processes and says whether a fault can
happen. Each fault comes with a shortest run that leads to it.

Parameters depend on the model: ipccheck list MODEL names them. Their values
are numbers or words. A range as in 1..4 or a list as in 1,2,4 or one,two
explores every combination and prints a table.

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

Examples:

  ipccheck explore circular-queue -producers 2 -items 2
  ipccheck explore blocking-queue -producers 1..4 -capacity 1..3
  ipccheck explore blocking-queue -notify one,two,all -json

Exit codes: 0 pass, 1 fail, 2 usage or output error, 3 inconclusive, 4 a fault
of ipccheck itself. Of several combinations the worst counts: 4, 2, 1, 3, 0.
`,
	"list": `ipccheck list [MODEL...] [flags]

Lists the models with the verdict that each must get with its default
parameters, or describes the models that are named.

  -json      one JSON object on a line for each model
  -width n   columns of the text (default 80)

Examples:

  ipccheck list
  ipccheck list circular-queue

Exit codes: 0, or 2 for a usage or output error.
`,
	"explain": `ipccheck explain [CODE...] [flags]

Says what a fault means, with a wrong and a right example, and how to mend it.
Without a code it lists all faults. A code may be written as IPC004, ipc4 or 4,
or in words, as in deadlock or lost item.

  -json      one JSON object on a line for each fault
  -width n   columns of the list (default 80)

Examples:

  ipccheck explain IPC004
  ipccheck explain lost item

Exit codes: 0, or 2 for a usage or output error.
`,
	"lin": `ipccheck lin HISTORY... [flags]

Decides whether recorded histories can be explained by what a buffer promises. A
HISTORY is a file, a directory (all *.jsonl, *.ndjson, *.log, *.hist, *.history
and *.edn below it), or - for standard input: JSON lines of ipccheck, queue logs
of Violin, LiMo and fastlin, or Jepsen EDN.

  -spec s       what the object promises: unbounded, bounded:K, rendezvous,
                mailbox (the order of each producer), bag (no order), the last
                two bounded with :K; and when it may refuse: ,weak (also while
                the other side is at work) or ,spurious (at any time). Default:
                what the header of the history says
  -format f     jsonl, violin, fastlin or edn (default: what it looks like)
  -steps n      give up, inconclusively, after n steps of the search (default: a
                bound that grows with the history)
  -memory n     give up, inconclusively, when porcupine needs about n MiB
                (default 1024)
  -timeout t    give up, inconclusively, after a time as in 90s or 1h30m, for
                all histories together (default: no limit)
  -html file    draw the history with porcupine, up to 2000 operations
  -json         one JSON object on a line for each history
  -junit file   write JUnit XML as well
  -width n      columns of the text (default 80)
  -quiet        one line for each history
  -schema       print the JSON schema of a line of a history

Examples:

  ipccheck lin history.jsonl -spec bounded:4
  ipccheck lin -spec unbounded,weak logs/
  gzip -dc history.jsonl.gz | ipccheck lin -

Exit codes: 0 pass, 1 fail, 2 a history that cannot be read, usage or output
error, 3 inconclusive. Of several histories the worst counts.
`,
	"stress": `ipccheck stress TRANSPORT [flags]

Lets processes send messages to each other through an ordinary pipe (pipe), a
named pipe (fifo), a ring in shared memory (shm), a POSIX message queue (mq), a
Unix socket (of packets: socket; socket-datagram, socket-stream), or a mailbox
carried by shared memory (mailbox) or by a queue (mailbox-mq), records what they
do, and decides the history: nothing lost, doubled, torn or out of order. It
leaves the history in a file that ipccheck lin reads, and nothing else, even if
it is killed itself. It needs Linux.

  -producers n, -consumers n   processes (default 4 of each)
  -items n      messages of all producers together (default 100000)
  -size n       bytes of a message, 8 to 4096 (default 64)
  -capacity n   messages that rings, queues and boxes hold (default 64, of
                message queues 10)
  -faults list  what disturbs them, with commas: kill (processes die), stop
                (they are stopped and go on), signals or eintr (a storm of
                them), delay (some begin late), slow (a slow receiver),
                descriptors (they can open nothing more), quota (no file or
                queue can grow, as on a full disk)
  -kills n      processes that are killed (default 1); one of each side survives
  -seed n       chooses the disturbances (default 0)
  -patience t   when nothing moves for so long, it hangs (default 30s)
  -out file     the history (default stress-TRANSPORT-SEED.jsonl)
  -json, -junit file, -width n, -quiet   as ipccheck lin has them

Examples:

  ipccheck stress shm -items 1000000
  ipccheck stress mq -producers 2 -consumers 3 -faults kill,stop -seed 7

Exit codes: 0 pass, 1 fail, 2 usage, system or output error, 3 inconclusive.
`,
	"replay": `ipccheck replay RUN [flags]

Runs a trace of a model, a test or a program again and prints it. RUN is the
replay string that a report ends with, as in 'model:param=value#moves',
'go-test:package:TestName#choices' or 'lin:spec#history' (with quotes, for the
shell), or a file of JSON objects, verdicts, traces or what ipccheck test -json
writes, or - for standard input.

  -json      one JSON object on a line for each run
  -width n   columns of the text (default 80)
  -v         each step of a test or program with its line of the source
  -debug     build the test for a debugger, and print the command that runs this
             one execution under dlv
  -C dir, -tags, -mod, -modfile, -race, -signal   as ipccheck test has them

Examples:

  ipccheck explore circular-queue -producers 2 -json | ipccheck replay -
  ipccheck replay verdict.json

Exit codes: 1 if the run ends in a fault, 0 if it does not, 2 if it no longer
fits the model, or for a usage, input or output error.
`,
	"version": `ipccheck version [-json]

Prints the versions of the program, of Go, and of the JSON formats.

Exit codes: 0, or 2 for a usage or output error.
`,
	"help": `ipccheck help [COMMAND]

Says what a command does, its flags, examples and exit codes.
`,
}
