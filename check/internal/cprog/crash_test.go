//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// anyOfDeep are the lines of the recursion in crash.c: which of them is the last depends on how
// much of the stack the runtime needs.
var anyOfDeep = regexp.MustCompile(`at crash\.c:1[567]\b`)

// A child that crashes ends, with what it has, and nobody else does; that it crashes is a
// fault all the same.
func TestCrashOfAChild(t *testing.T) {
	t.Parallel()
	p := program(t, "crash.c")
	for i, want := range []struct {
		signal  int
		message string
	}{
		{11, "child 1 crashes at crash.c:32: segmentation fault: a null pointer is followed"},
		{6, "child 1 crashes at crash.c:34: abort"},
		{6, "assertion failed: zero (crash.c:36), in child 1"},
		{8, "child 1 crashes at crash.c:38: division by zero, or another arithmetic error"},
		{11, "child 1 crashes in deep: stack overflow"},
		{11, "T2 dies of child 1 crashes at crash.c:23: segmentation fault: a null pointer is followed"},
		{11, "child 1 crashes: segmentation fault: a null pointer is followed, in code that is not the program's, after crash.c:45"},
	} {
		config := Config{Args: []string{fmt.Sprint(i + 1)}, Search: search.Options{Executions: 1000}}
		v := Explore(context.Background(), p, "crash", config).Verdict
		if assert.Equal(t, verdict.Fail, v.Answer, "%d: %s", i+1, v.Reason) {
			assert.Equal(t, want.message, anyOfDeep.ReplaceAllString(v.Findings[0].Message, "in deep"))
		}
		printed := map[string]bool{}
		config.Outcome = func(_, output string) { printed[output] = true }
		Explore(context.Background(), p, "crash", config)
		assert.Equal(t, map[string]bool{fmt.Sprintln(want.signal): true}, printed, "%d", i+1)
	}
}

// A local variable is gone when its function has returned, or its thread has ended: who uses
// it then, or is not kept from it, crashes.
func TestLocals(t *testing.T) {
	t.Parallel()
	saysOf(t, "locals.c", []string{
		"T1 writes crashes at locals.c:14: write to a local variable of a function that may have returned: nothing orders the two",
		"T1 writes_late crashes at locals.c:21: write to a local variable of a function that has returned",
		"main crashes at locals.c:74: read of a local variable of a thread that has ended",
		"main crashes at locals.c:79: write to a local variable of a thread that has ended",
		"", "",
	})
}

// saysOf expects messages of a program, or why it is undecided, by the number that is its argument; "": it passes.
func saysOf(t *testing.T, file string, wanted []string) {
	p := program(t, file)
	for i, want := range wanted {
		config := Config{Args: []string{fmt.Sprint(i + 1)}, Stdin: []byte("1\n2\n"), Search: search.Options{Executions: 1000}}
		v := Explore(context.Background(), p, file, config).Verdict
		if want == "" {
			assert.Equal(t, verdict.Pass, v.Answer, "%s %d: %s %v", file, i+1, v.Reason, messages(v))
		} else {
			assert.Contains(t, append(messages(v), v.Reason), want, "%s %d", file, i+1)
		}
	}
}

// Locks and the like that have not been initialised, are destroyed, or in memory that is
// freed, are told with the line; robust mutexes are left by who dies with them.
func TestBroken(t *testing.T) {
	t.Parallel()
	saysOf(t, "broken.c", []string{
		"main crashes at broken.c:71: a mutex is used that has not been initialised",
		"main crashes at broken.c:74: a semaphore is used that has not been initialised",
		"main crashes at broken.c:77: a read-write lock is used that has not been initialised",
		"main crashes at broken.c:81: a mutex is used after it has been destroyed",
		"main crashes at broken.c:85: a mutex is used, in bytes of the heap that have been freed",
		"main crashes at broken.c:89: pthread_join of a detached thread",
		"memory of the heap is used at broken.c:40 by T1 finishes and freed at broken.c:97 by main, and nothing orders the two",
		"main crashes at broken.c:101: segmentation fault: what is followed is no address, but perhaps what malloc has left there",
		"",
		"the local variable local[1].done of main is written at broken.c:122 by main and written at broken.c:52 by T1 sets, and nothing orders the two",
		"",
		"child 1 crashes at broken.c:132: write of 4 bytes of shared memory that the process has unmapped",
		"",
		"main crashes at broken.c:147: a semaphore is used, in bytes of shared memory that the process has unmapped",
	})
	v := Explore(context.Background(), program(t, "broken.c"), "broken", Config{Args: []string{"10"}, Search: search.Options{Executions: 1000}}).Verdict
	race := v.Findings[0].Trace.Race
	assert.Equal(t, "the local variable local[1].done of main", race.Variable)
	var sides []string
	for _, a := range race.Accesses {
		sides = append(sides, fmt.Sprint(a.Verb(), " ", a.Position, " ", a.Func, " ", a.Holds))
	}
	assert.ElementsMatch(t, []string{"writes broken.c:52 sets []", "writes broken.c:122 main [global]"}, sides)
	v = explored(t, "pipes.c -DLEAK", search.Options{})
	assert.Contains(t, v.Findings[0].Trace.Waiting[0].For, "bytes of pipe fd, whose write end main still has open")
}

// What few programs do: fork beside other threads, give names, use locks in shared memory,
// fences, counts of references, jumps, limits that are no time of day, much memory, and time.
func TestUnusual(t *testing.T) {
	t.Parallel()
	saysOf(t, "unusual.c", []string{
		"2 threads are blocked forever: main waiting for a child to end; child 1 waiting for mutex lock, held by T1 locks",
		"",
		"exit status 1",
		"main crashes at unusual.c:128: a mutex is used by several processes, and has not been initialised for that (PTHREAD_PROCESS_SHARED, or pshared)",
		"", "",
		"data is written at unusual.c:40 by T1 publishes and read at unusual.c:178 by main, and nothing orders the two",
		"", "", "",
		"main crashes at unusual.c:194: longjmp to a function that has returned, or to that of another thread",
		"",
		"barrier is used at unusual.c:72 by T1 arrives and destroyed at unusual.c:204 by main, and nothing orders the two",
		"assertion failed: sem_timedwait(&sem, &relative) == 0 (unusual.c:208)",
		"",
		"data is written at unusual.c:74 by T1 scans and read at unusual.c:75 by T2 reads, and nothing orders the two",
		"text[0] is read at unusual.c:75 by T2 reads and written at unusual.c:76 by T1 writes, and nothing orders the two",
		"",
		"T1 large crashes at unusual.c:98: stack overflow",
		"", "", "", "",
		"strtok_position is written at unusual.c:284 by T1 splits and written at unusual.c:284 by T2 splits, and nothing orders the two",
		"",
		"main crashes at unusual.c:313: pthread_cond_wait with a recursive mutex that the thread has locked more than once: it stays locked",
		"",
	})
	v := explored(t, "guarded.cc", search.Options{})
	assert.Equal(t, verdict.Pass, v.Answer, "%s %v", v.Reason, messages(v))
}

// What is over is over: threads are joined once, and each process calls what is to be called
// at its end. Who waits for a thread that ends the program, or for what that has locked, is no
// deadlock.
func TestEndings(t *testing.T) {
	t.Parallel()
	saysOf(t, "endings.c", []string{
		"T3 joins crashes at endings.c:16: pthread_join of a thread that has been joined already",
		"assertion failed: ++*called < 3 (endings.c:78)",
		"main crashes at endings.c:106: a barrier is used after it has been destroyed",
		"", "", "", "", "",
		"2 threads are blocked forever: main waiting for mutex other, held by T2 crosses; T2 crosses waiting for mutex m, held by main",
	})
	for which, want := range map[string]string{
		"10": "left behind when the program ends: T1 waits",
		"11": "left behind when the program ends: T1 locks",
		"12": "left behind when the program ends: child 1",
	} {
		v := Explore(context.Background(), program(t, "endings.c"), "endings.c", Config{Args: []string{which}, Search: search.Options{Executions: 1000, Leaks: search.LeaksWarn}}).Verdict
		always := which == "12" // which is a warning
		assert.Equal(t, map[bool]verdict.Answer{false: verdict.Fail, true: verdict.Pass}[always], v.Answer, "%s: %s", which, v.Reason)
		assert.Regexp(t, "^.?"+want, fmt.Sprint(messages(v)), which)
	}
}

// Pairs of sockets are two pipes, and a read of an eventfd takes what has been added up. Who
// uses a descriptor that another thread closes, and who reads which line, is told.
func TestSockets(t *testing.T) {
	t.Parallel()
	saysOf(t, "sockets.c", []string{
		"",
		"2 threads are blocked forever: main waiting for a child to end; child 1 waiting for bytes of socket pair (1); main still has its write end open, so the read does not end",
		"",
		"main is blocked forever waiting for a count in eventfd events",
		"",
		"descriptor 4 is used at sockets.c:56 by T1 writes and closed at sockets.c:58 by T2 writes, and nothing orders the two",
		"assertion failed: atoi(first) == 1 (sockets.c:126)",
	})
}

// Who tries until there is a name, waits for it.
func TestRetries(t *testing.T) {
	t.Parallel()
	saysOf(t, "retries.c", []string{"", "", "threads run forever and none makes progress: main waiting for a child to end; child 1 waiting for a change of the name /made, spinning"})
}

// A loop that waits until a time comes to its end.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	saysOf(t, "deadline.c", []string{"", "assertion failed: never (deadline.c:34)", "", ""})
}

// A thread that is canceled ends where it waits, sleeps or asks, and its handlers run.
func TestCanceled(t *testing.T) {
	t.Parallel()
	saysOf(t, "canceled.c", []string{
		"", "", "",
		"main is blocked forever waiting for mutex lock, held by T1 forgets",
		"",
		"assertion failed: cancel(returns) == PTHREAD_CANCELED (canceled.c:99)",
	})
}

// Who calls itself without end is told with its place, also if the stack is full in the runtime.
func TestEndlessRecursion(t *testing.T) {
	t.Parallel()
	for _, bytes := range []string{"1", "100", "1000"} {
		v := explored(t, "recursion.c -DBYTES="+bytes, search.Options{})
		if assert.NotEmpty(t, v.Findings, v.Reason) {
			assert.Regexp(t, `^T1 thread crashes at recursion\.c:(9|10|11): stack overflow$`, v.Findings[0].Message, bytes)
		}
	}
}
