//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A program cannot end an execution by a function of the runtime, and what it writes to
// the runtime's memory is a fault of its own.
func TestRuntimeIsNotTheProgramsToUse(t *testing.T) {
	program(t, "choose.c") // skips the test if gcc is not there
	build := func(text string) (*Program, error) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a.c"), []byte(text), 0o600))
		return Source{Dir: dir, Files: []string{"a.c"}}.Build(context.Background(), cache)
	}
	_, err := build("void ipc_finish(int);\nint main(void) { ipc_finish(0); return 1; }\n")
	var own *CompileError
	require.True(t, errors.As(err, &own), "%v", err)
	assert.Equal(t, "a.c: it uses ipc_finish, which is ipccheck's own: give it another name", own.Text)

	// Nor can it replace a function of the C library, not even by one that others may replace.
	for name, text := range map[string]string{
		"pthread_mutex_lock": "int pthread_mutex_lock(void *m) __attribute__((weak));\nint pthread_mutex_lock(void *m) { return 0; }\n",
		"abort":              "void abort(void) {}\n",
		"usleep":             "#include <unistd.h>\nint usleep(useconds_t n) { return 0; }\n",
		"strlen":             "#include <string.h>\nsize_t strlen(const char *s) { return 0; }\n",
	} {
		_, err = build(text + "int main(void) { return 0; }\n")
		require.True(t, errors.As(err, &own), "%v", err)
		assert.Equal(t, "a.c: it defines "+name+", which the C library has: give it another name", own.Text)
	}

	for _, place := range []string{"0x200000000100", "0x210000000010", "0x240000000000", "0x260000000000"} {
		p, err := build("int main(void) { *(int *)" + place + " = 1; return 0; }\n")
		require.NoError(t, err)
		v := Explore(context.Background(), p, "a", Config{Search: search.Options{Executions: 10}}).Verdict
		p.Close()
		require.Equal(t, verdict.Fail, v.Answer, "%s %s", place, v.Reason)
		assert.Contains(t, v.Findings[0].Message, "write of 4 bytes of memory that is not the program's")
	}
}

// What a log says that cannot have been is an error.
func TestLogsAreDerivedAgain(t *testing.T) {
	x := newExecutor(&Program{}, Config{})
	x.states = []prim.State{{Owner: 1}, {N: 1}}
	step := func(kind, as prim.Kind, obj int32) error {
		full := prim.On(kind, obj)
		return x.derive(0, &wireEvent{Kind: int32(as)}, &full)
	}
	require.NoError(t, step(prim.OpUnlock, prim.OpUnlock, 0))
	require.NoError(t, step(prim.OpSemWait, prim.OpSemTook, 1))
	for _, wrong := range []error{
		step(prim.OpLock, prim.OpLock, 0),       // which another thread has
		step(prim.OpTryLock, prim.OpTryLock, 0), // the same
		step(prim.OpSemTry, prim.OpSemTryNo, 1), // though there is one
		step(prim.OpLoad, prim.OpLoad, 2),       // of no object
		step(prim.OpNone, prim.OpNone, 0),
	} {
		assert.ErrorContains(t, wrong, "contradicts itself")
	}
}

// A pass says what it assumes of what the program uses, and no more.
func TestPassesSayWhatTheyAssume(t *testing.T) {
	for text, want := range map[string][]string{
		"fine.c -DWHICH=6":    nil,
		"fine.c -DWHICH=7":    {premises[0], premises[1], "no wait wakes up without a signal (-spurious looks at those, too): fine.c:72"},
		"fine.c -DWHICH=8":    {premises[0]},
		"signals.c -DWHICH=2": {premises[3]},
		"signals.c -DWHICH=5": {premises[3], premises[5]},
		"fine.c -DWHICH=9":    {premises[2]},
		"sleepy.c":            {premises[4]},
		// That of libstdc++ 12 sleeps for ever in some orders.
		"counting.cc -std=c++20": {"std::counting_semaphore does what it promises: a sem_t is executed in its place, for that of libstdc++ may sleep for ever (-D_GLIBCXX_USE_POSIX_SEMAPHORE does the same elsewhere)"},
		"fine.c -DWHICH=10":      {"atomic accesses with a weaker order are executed as sequentially consistent ones: fine.c:87, fine.c:89"},
	} {
		v := explored(t, text, search.Options{})
		require.Equal(t, verdict.Pass, v.Answer, "%s: %v", text, messages(v))
		var got []string
		for _, a := range v.Assumes[2:] { // that memory is sequentially consistent, and -O0
			got = append(got, a.Premise)
		}
		assert.Equal(t, want, got, text)
	}
}

// What is written on a line is told of files in other folders, too.
func TestLinesOfFilesInFolders(t *testing.T) {
	program(t, "choose.c") // skips the test if gcc is not there
	p, err := Source{Dir: ".", Files: []string{"testdata/choose.c"}}.Build(context.Background(), cache)
	require.NoError(t, err)
	defer p.Close()
	assert.Equal(t, "int main(void)", p.Line("choose.c:5"))
}

// What is not controlled, and what there are bounds of, is told with its place, and what is.
func TestReasons(t *testing.T) {
	t.Parallel()
	p := program(t, "bounds.c")
	for i, want := range []string{
		"",
		"the program makes more threads and processes than are controlled, 64 in all: let it make fewer (bounds.c:37)",
		"the program has more descriptors open than are controlled, 64: let it close some (bounds.c:42)",
		"the program makes more pipes than are controlled, 32 by one thread: let it make fewer (bounds.c:47)",
		"environment is written at bounds.c:17 by T1 sets and read at bounds.c:54 by main",
		"the program calls sigqueue, which is not controlled: kill and pthread_kill are (bounds.c:58)",
		"the program calls timer_create, which is not controlled: alarm and setitimer are (bounds.c:60)",
		"the program calls popen, which is not controlled: pipe, fork and dup2 are (bounds.c:62)",
		"the program calls epoll_create1, which is not controlled: poll and select are (bounds.c:64)",
		"groups of processes, in a program that makes some with setsid or setpgid, are not controlled: name each process (bounds.c:6",
	} {
		v := Explore(context.Background(), p, "bounds.c", Config{Args: []string{strconv.Itoa(i + 1)}}).Verdict
		assert.Contains(t, v.Reason+strings.Join(messages(v), ";"), want, "%d", i+1)
		assert.Equal(t, want == "", v.Answer == verdict.Pass, "%d: %v", i+1, v.Answer)
	}
}

// An answer that is none says why: who goes on, if an execution has no end, and that there are
// more, if there are too many.
func TestWhyNothingIsDecided(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"backoff.c -DCOUNT":          ", while T2 other goes on at backoff.c:",
		"buffer.c -DP=2 -DC=2 -DN=2": "20 executions were made, and there are more",
	} {
		v := explored(t, text, search.Options{Executions: 40, SignalAny: true})
		assert.Equal(t, verdict.Inconclusive, v.Answer, text)
		assert.Contains(t, v.Reason, want, text)
	}
}
