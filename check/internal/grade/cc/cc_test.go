//go:build linux && amd64 && !race

package cc_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/cc"
	"github.com/ipccheck/ipccheck/check/internal/grade/class"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/sandbox"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

// cache is where the runtime is kept for all tests, and all packages.
var cache string

func TestMain(m *testing.M) {
	sandbox.Main()
	kept, err := os.UserCacheDir()
	if err != nil {
		kept = os.TempDir()
	}
	cache = filepath.Join(kept, "ipccheck")
	os.Exit(m.Run())
}

func course(t *testing.T, dir string) (*assignment.Assignment, language.Course) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("gcc is not there")
	}
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	c, err := cc.C{Cache: cache}.Prepare(context.Background(), a)
	require.NoError(t, err)
	return a, c
}

// What each fault costs: a correct buffer has all points, and others lose those of one
// property.
func TestPoints(t *testing.T) {
	a, c := course(t, "testdata/buffer")
	text, err := os.ReadFile("testdata/handed/buffer.c")
	require.NoError(t, err)
	for i, want := range []string{
		"100 of 100: ",
		"80 of 100: items IPC003",
		"75 of 100: waiting IPC001",
		"90 of 100: race IPC010",
		"90 of 100: blocking IPC016",
		"55 of 100: items IPC005 IPC003, waiting IPC005", // whose time is over goes on with nothing
		"80 of 100: items IPC003",
		"80 of 100: items IPC003",
		"85 of 100: close IPC002 IPC018",
		"90 of 100: capacity IPC006",
		"85 of 100: close IPC001",                        // two signals for three that wait
		"80 of 100: items IPC005",                        // eight bits count the places
		"90 of 100: capacity IPC006",                     // one more has room, also when it is closed
		"80 of 100: items IPC005",                        // all buffers are one
		"70 of 100: items IPC003, race IPC010",           // the item is read after the unlock
		"55 of 100: items IPC005 IPC018, waiting IPC001", // a get does not wait
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if i >= 5 && os.Getenv("IPCCHECK_LONG") == "" {
				t.Skip("set IPCCHECK_LONG=1")
			}
			t.Parallel()
			r := graded(t, a, c, fmt.Sprintf("#define WRONG %d\n%s", i, text))
			assert.Equal(t, want, fmt.Sprintf("%v of %v: %s", r.Points, r.Max, lost(r)), "%+v", r)
		})
	}
}

func graded(t *testing.T, a *assignment.Assignment, c language.Course, text string) *result.Result {
	t.Helper()
	file := filepath.Join(t.TempDir(), a.HandIn[0])
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	all, err := submission.List([]string{file}, a.HandIn)
	require.NoError(t, err)
	results, err := (&class.Class{Assignment: a, Course: c, Version: "test", Workers: 1, Progress: func(int, string) {}}).Grade(context.Background(), all)
	require.NoError(t, err)
	require.Len(t, results, 1)
	return results[0]
}

func lost(r *result.Result) string {
	var list []string
	for _, p := range r.Properties {
		if p.Outcome != result.Passed {
			list = append(list, fmt.Sprint(p.Name, " ", strings.Trim(fmt.Sprint(p.Codes), "[]")))
		}
	}
	return strings.Join(list, ", ")
}

// What breaks a rule, or does not compile, is named with its place.
func TestRefused(t *testing.T) {
	a, c := course(t, "testdata/buffer")
	r := graded(t, a, c, "#include \"buffer.h\"\n#include <semaphore.h>\n/* __asm__ in a comment */\n")
	require.Equal(t, result.Refused, r.Status)
	assert.Equal(t, result.Place{File: "buffer.c", Line: 2, Text: "semaphore.h is not allowed"}, r.Violations[0])
	for _, other := range []string{
		"#include \"semaphore.h\"\n", "#include <sema\\\nphore.h>\n", "# include  \"semaphore.h\"\n",
		"#include \"/etc/passwd\"\n", "%:include </etc/passwd>\n", "#inc\\ \nlude \"../tests/x.c\"\n", "#include_next <../x.h>\n", "# /* */ include \"/etc/passwd\"\n",
		"#line 1 \"/etc/passwd\"\n", "%: /**/ 1 \"/etc/passwd\"\n",
		"char a = '\"'; void f(void) { asm(\"nop\"); } char b = '\"';\n",
	} {
		assert.Equal(t, result.Refused, graded(t, a, c, other).Status, other)
	}
	r = graded(t, a, c, "#include \"buffer.h\"\nint x = y;\n")
	require.Equal(t, result.Unbuilt, r.Status)
	assert.Equal(t, 2, r.Violations[0].Line)
	for more, want := range map[string]string{"int main(void) { return 0; }\n": "main is there twice: take yours out", "": "there is no buffer_create"} {
		r = graded(t, a, c, "#include \"buffer.h\"\n"+more)
		require.Equal(t, result.Unbuilt, r.Status, "%+v", r)
		assert.Contains(t, r.Violations, result.Place{Text: want})
	}
	r = graded(t, a, c, "#include \"buffer.h\"\n__attribute__ ((constructor)) static void f(void) {}\n")
	assert.Equal(t, result.Refused, r.Status)
}

// The compiler gets to nothing of the machine, whatever a source asks it for, nor to the
// scenarios; and it takes no more than its share.
func TestCompiler(t *testing.T) {
	a, c := course(t, "testdata/buffer")
	box := sandbox.New()
	if open := box.Open(); slices.ContainsFunc(open, func(o string) bool { return strings.Contains(o, "compiler") }) {
		t.Skip(open)
	}
	secret := filepath.Join(t.TempDir(), "secret.h")
	require.NoError(t, os.WriteFile(secret, []byte("a secret\n"), 0o600))
	begin := "#include \"buffer.h\"\n"
	for text, want := range map[string]string{
		"#if 0\n don't /*\n#endif\n#include \"" + secret + "\"\n/* */\n":                        "No such file",
		"__attribute__((section(\".data\\n.incbin \\\"" + secret + "\\\"\\n#\"))) int x = 1;\n": "file not found",
		"#if __has_include(\"" + secret + "\")\n#error it is there\n#endif\n#error none\n":      "none",
		"#include \"items.c\"\n": "No such file",
		"#define A(x) x x x x x x x x x x\nint q = 0 A(A(A(A(A(A(A(A(A(A(A(A(A(A(A(A(+1))))))))))))))));\n": "it takes more time, memory or room to compile than a program may",
	} {
		file := filepath.Join(t.TempDir(), "buffer.c")
		require.NoError(t, os.WriteFile(file, []byte(begin+text), 0o600))
		results, err := (&class.Class{Assignment: a, Course: c, Version: "test", Workers: 1, ConfineTool: box.ConfineTool}).Grade(context.Background(), []submission.Listed{{Name: "s", Path: file}})
		require.NoError(t, err)
		require.Equal(t, result.Unbuilt, results[0].Status, "%s: %+v", text, results[0])
		assert.Contains(t, results[0].Message, want)
		assert.NotContains(t, results[0].Message, "a secret")
	}
}

// Threads that must work at the same time do, whatever work they pretend; one after the
// other costs the property that is about that, and so does a sleep instead of a join.
func TestOverlap(t *testing.T) {
	const assigned = `{"assignment": "two", "language": "c", "hand_in": "two.c",
		"properties": [{"name": "overlap", "points": 40, "codes": ["IPC015"]}, {"name": "total", "points": 50, "codes": ["IPC017"]}, {"name": "waiting", "points": 10, "codes": ["IPC001"]}],
		"programs": [{"lines": {"step": "step {of} {n}", "end": "end {n}"}, "rules": [{"take_turns": "step", "per": "of"}, {"once": "end", "where": {"n": "4"}}], "runs": [{}]}]}`
	const text = `#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int steps;
static void *f(void *n) {
	for (int i = 1; i <= 2; i++) {
		usleep(rand() % 1000);
		pthread_mutex_lock(&m);
		steps++;
		printf("step %s %d\n", (char *)n, i);
		pthread_mutex_unlock(&m);
	}
	return NULL;
}
int main(void) {
	pthread_t a, b;
	pthread_create(&a, NULL, f, "1");
	BETWEEN
	pthread_create(&b, NULL, f, "2");
	END
	pthread_mutex_lock(&m);
	printf("end %d\n", steps);
	pthread_mutex_unlock(&m);
}
`
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(dir+"/skeleton", 0o700))
	require.NoError(t, os.WriteFile(dir+"/assignment.json", []byte(assigned), 0o600))
	a, prepared := course(t, dir)
	for _, c := range []struct{ between, end, want string }{
		{"", "pthread_join(a, NULL); pthread_join(b, NULL);", ""},
		{"pthread_join(a, NULL);", "pthread_join(b, NULL);", "overlap IPC015"},
		{"", "sleep(1);", "total IPC017"},
		{"pthread_join(a, NULL);", "pthread_join(b, NULL); static pthread_mutex_t n = PTHREAD_MUTEX_INITIALIZER; pthread_mutex_lock(&n); pthread_mutex_lock(&n);", "overlap , total IPC017, waiting IPC001"},
	} {
		assert.Equal(t, c.want, lost(graded(t, a, prepared, strings.NewReplacer("BETWEEN", c.between, "END", c.end).Replace(text))), "%+v", c)
	}
	for text, want := range map[string]string{
		"void f(void) {}\n": "It does not compile: there is no main.",
		"\n":                "It does not compile: two.c:1: the file is empty.",
	} {
		assert.Equal(t, want, graded(t, a, prepared, text).Message)
	}
}

// Lines that nothing orders come in either order; a count that loses an update is wrong; and
// who waits with a time limit, again and again, waits forever.
func TestLines(t *testing.T) {
	const assigned = `{"assignment": "two", "language": "c", "hand_in": "two.c",
		"properties": [{"name": "order", "points": 25, "codes": ["IPC004"]}, {"name": "total", "points": 25, "codes": ["IPC012"]}, {"name": "waiting", "points": 25, "codes": ["IPC001"]}, {"name": "race", "points": 25, "codes": ["IPC010"]}],
		"programs": [{"lines": {"in": "in {n}", "end": "end {n}"}, "rules": [{"ascending": "in", "by": ["n"], "code": "IPC004"}, {"once": "end", "where": {"n": "2"}, "code": "IPC012", "property": "total"}], "runs": [{}]}]}`
	const text = `#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static sem_t never;
static int n;
static void *f(void *arg) {
	struct timespec t = {2000000000, 0};
	WORK
	return arg;
}
int main(void) {
	pthread_t a, b;
	sem_init(&never, 0, 1);
	pthread_create(&a, NULL, f, NULL);
	pthread_create(&b, NULL, f, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	printf("end %d\n", n);
}
`
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(dir+"/skeleton", 0o700))
	require.NoError(t, os.WriteFile(dir+"/assignment.json", []byte(assigned), 0o600))
	a, prepared := course(t, dir)
	for work, want := range map[string]string{
		`pthread_mutex_lock(&m); printf("in %d\n", ++n); pthread_mutex_unlock(&m);`:            "",
		`pthread_mutex_lock(&m); int k = ++n; pthread_mutex_unlock(&m); printf("in %d\n", k);`: "order IPC004",
		`n++;`: "total IPC012, race IPC010",
		`while (sem_timedwait(&never, &t) != 0) fputs("late\n", stderr); pthread_mutex_lock(&m); n++; pthread_mutex_unlock(&m);`: "order , total IPC012, waiting IPC001, race ",
	} {
		r := graded(t, a, prepared, strings.Replace(text, "WORK", work, 1))
		assert.Equal(t, want, lost(r), "%s: %+v", work, r)
	}
	// What has printed all that it must, and crashes then, loses what is about that.
	crashes := t.TempDir()
	require.NoError(t, os.Mkdir(crashes+"/skeleton", 0o700))
	require.NoError(t, os.WriteFile(crashes+"/assignment.json", []byte(strings.Replace(assigned, "IPC001", `IPC011", "IPC001`, 1)), 0o600))
	a, prepared = course(t, crashes)
	work := `pthread_mutex_lock(&m); printf("in %d\n", ++n); pthread_mutex_unlock(&m);`
	for where, want := range map[string]string{
		`printf("end %d\n", n); fflush(stdout); *(volatile int *)8 = 1;`: "total IPC012, waiting IPC011",
		`*(volatile int *)8 = 1; printf("end %d\n", n);`:                 "order IPC004, total IPC012, waiting IPC011",
	} {
		r := graded(t, a, prepared, strings.NewReplacer("WORK", work, `printf("end %d\n", n);`, where).Replace(text))
		assert.Equal(t, want, lost(r), "%s: %+v", where, r)
	}
}

// Whole programs are judged by standard output alone; one that has more executions than
// the budget is not said to hold.
func TestPrograms(t *testing.T) {
	const assigned = `{"assignment": "two", "language": "c", "hand_in": "two.c", "budget": %d,
		"properties": [{"name": "items", "points": 100, "codes": ["IPC002", "IPC003", "IPC005"]}],
		"programs": [{"lines": {"got": "got {n}"}, "rules": [{"each": "got", "of": {"n": "1..2"}}], "runs": [{"words": "two threads"}]}]}`
	const text = `#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void *f(void *n) {
	for (int i = 0; i < 3; i++) {
		pthread_mutex_lock(&m);
		pthread_mutex_unlock(&m);
	}
	SAYS
	return NULL;
}
int main(void) {
	BEGINS
	pthread_t a, b;
	pthread_create(&a, NULL, f, "1");
	pthread_create(&b, NULL, f, "2");
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	ENDS
}
`
	for _, c := range []struct {
		name, says string
		budget     int
		outcome    result.Outcome
		reason     string
	}{
		{"right", `printf("got %s\n", (char *)n);`, 4000, result.Passed, ""},
		{"standard error beside it", `fprintf(stderr, "got 3\n"); printf("got %s\n", (char *)n); dprintf(2, "got 1\n");`, 4000, result.Passed, ""},
		{"standard error alone", `fprintf(stderr, "got %s\n", (char *)n);`, 4000, result.Lost, ""},
		{"standard output leads to standard error", `dup2(2, 1); printf("got %s\n", (char *)n);`, 4000, result.Lost, ""},
		{"a copy of standard output", `dprintf(dup(1), "got %s\n", (char *)n);`, 4000, result.Passed, ""},
		{"more than the budget", `printf("got %s\n", (char *)n);`, 3, result.Undecided, "two threads: 3 executions were made, and there are more"},
		{"ends without a flush", `printf("got %s\n", (char *)n); ENDS _exit(0);`, 4000, result.Lost, ""},
		{"ends after a flush", `printf("got %s\n", (char *)n); ENDS fflush(NULL); _exit(0);`, 4000, result.Passed, ""},
		{"ends without a stream", `printf("got %s\n", (char *)n); BEGINS setvbuf(stdout, NULL, _IONBF, 0); ENDS _exit(0);`, 4000, result.Passed, ""},
		{"ends without a flush of lines", `printf("got %s\n", (char *)n); BEGINS setlinebuf(stdout); ENDS _exit(0);`, 4000, result.Passed, ""},
		{"ends without a flush, and has written", `dprintf(1, "got %s\n", (char *)n); ENDS _exit(0);`, 4000, result.Passed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(dir+"/skeleton", 0o700))
			require.NoError(t, os.WriteFile(dir+"/assignment.json", fmt.Appendf(nil, assigned, c.budget), 0o600))
			a, prepared := course(t, dir)
			says, ends, _ := strings.Cut(c.says, "ENDS")
			says, begins, _ := strings.Cut(says, "BEGINS")
			r := graded(t, a, prepared, strings.NewReplacer("SAYS", says, "BEGINS", begins, "ENDS", ends).Replace(text))
			assert.Equal(t, c.outcome, r.Properties[0].Outcome, "%+v", r)
			assert.Equal(t, c.reason, r.Properties[0].Reason)
		})
	}
}

// What is judged cannot have itself judged better: by what is the scenario's to record, its
// variables, its headers, or by an end before it is judged.
func TestJudges(t *testing.T) {
	const assigned = `{"assignment": "box", "language": "c", "hand_in": ["*.c", "*.h"], "forbidden": ["rand"], "properties": [{"name": "items", "points": 100, "codes": ["IPC003", "IPC005"]}]}`
	const scenario = `/* two items */
#include "box.h"
#include <ipccheck.h>
#include <pthread.h>
int done;
static void *gets(void *arg)
{
	ipc_recv(&done, box_get());
	return arg;
}
int main(void)
{
	pthread_t t;
	ipc_object(&done, "bounded", 2);
	for (int i = 1; i <= 2; i++) {
		ipc_call_send(&done, i);
		box_put(i);
		ipc_send(&done, i);
	}
	pthread_create(&t, NULL, gets, NULL);
	pthread_join(t, NULL);
	box_close();
	return 0;
}
`
	const declared = "void box_put(int v);\nint box_get(void);\nvoid box_close(void);\n"
	const text = `#include "box.h"
#include <pthread.h>
#include <stdlib.h>
#define JOINED(a, b) a##b
BEFORE
static int n;
void box_put(int v) { PUT n++; }
int box_get(void) { GET return ITEM; }
void box_close(void) {}
`
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(dir+"/skeleton", 0o700))
	require.NoError(t, os.Mkdir(dir+"/tests", 0o700))
	require.NoError(t, os.WriteFile(dir+"/assignment.json", []byte(assigned), 0o600))
	require.NoError(t, os.WriteFile(dir+"/tests/items_two.c", []byte(scenario), 0o600))
	a, prepared := course(t, dir)
	for _, c := range []struct{ what, before, put, get, item, header, want string }{
		{"right", "", "if (n > 100) exit(1);", "", "1", "", "100 "},
		{"wrong", "", "", "", "7", "", "0 IPC005"},
		{"records", "static void f(const void *, int, long) __attribute__((weakref(\"ipc_harness_\" \"record\")));", "f(&n, 0, 7);", "", "7", "", "0 box.c:5: it uses ipc_harness_record, which is for the scenario alone"},
		{"a name that is joined", "void JOINED(ipc_har, ness_declare)(const void *, const char *, int);", "JOINED(ipc_har, ness_declare)(0, \"bag\", 0);", "", "7", "", "0 box.c:5: it uses ipc_harness_declare, which is for the scenario alone"},
		{"a forbidden one", "int JOINED(ra, nd)(void);", "", "JOINED(ra, nd)();", "7", "", "0 box.c:0: rand is not allowed"},
		{"assembly", "#define A JOINED(__a, sm__)\n", "A(\"nop\");", "", "7", "", "0 box.c:0: it has assembly, and what that does is not seen"},
		{"a constructor", "#define C JOINED(con, structor)\n__attribute__((C)) static void f(void) {}\n", "", "", "7", "", "0 box.c:0: it has functions that are executed before main"},
		{"a variable", "extern int done;", "", "done = 1;", "7", "", "0 box.c:5: it uses done, which is the scenario's own"},
		{"the end of the program", "", "exit(0);", "", "7", "", "0 IPC018"},
		{"the end, by another", "", "", "int a[2] = {1}; qsort(a, 2, sizeof *a, (int (*)(const void *, const void *))(void *)exit);", "7", "", "0 IPC018"},
		{"the end of a thread", "", "", "pthread_exit(0);", "7", "", "0 IPC018"},
		{"a macro", "", "", "", "7", "%: define ipc_recv(o, v)\n", "0 box.h:1: a macro ipc_recv in a header is not allowed"},
		{"a function", "", "", "", "7", "static int pthread_join(unsigned long t, void **r) { return 0; }\n", "0 :0: a header defines pthread_join, which the C library has"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(dir+"/box.h", []byte(c.header+declared), 0o600))
			require.NoError(t, os.WriteFile(dir+"/box.c", []byte(strings.NewReplacer("BEFORE", c.before, "PUT", c.put, "GET", c.get, "ITEM", c.item).Replace(text)), 0o600))
			all, err := submission.List([]string{dir}, a.HandIn)
			require.NoError(t, err)
			results, err := (&class.Class{Assignment: a, Course: prepared, Version: "test", Workers: 1, Progress: func(int, string) {}}).Grade(context.Background(), all)
			require.NoError(t, err)
			r := results[0]
			why := strings.Trim(fmt.Sprint(r.Properties[0].Codes), "[]")
			if len(r.Violations) > 0 {
				v := r.Violations[0]
				why = fmt.Sprintf("%s:%d: %s", v.File, v.Line, v.Text)
			}
			assert.Equal(t, c.want, fmt.Sprintf("%v %s", r.Points, why), "%+v", r)
		})
	}
}

// A large run costs nothing if a small one fails: what goes wrong there may follow from
// that. Else it does.
func TestLargeRuns(t *testing.T) {
	const assigned = `{"assignment": "two", "language": "c", "hand_in": "two.c",
		"properties": [{"name": "items", "points": 60, "codes": ["IPC002", "IPC003", "IPC005"]}, {"name": "order", "points": 40, "codes": ["IPC004"]}],
		"programs": [{"lines": {"got": "got {n}"}, "rules": [{"each": "got", "of": {"n": "1..$1"}}, {"ascending": "got", "by": ["n"]}],
			"runs": [{"args": ["2"]}, {"args": ["9"], "random": 2}]}]}`
	const text = `#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
	int n = atoi(argv[1]);
	for (int i = 1; i <= n; i++)
		printf("got %d\n", n > 2 ? n + 1 - i : i);
}
`
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(dir+"/skeleton", 0o700))
	require.NoError(t, os.WriteFile(dir+"/assignment.json", []byte(assigned), 0o600))
	a, prepared := course(t, dir)
	assert.Equal(t, "order IPC004", lost(graded(t, a, prepared, text)))
	assert.Equal(t, "items IPC002", lost(graded(t, a, prepared, strings.ReplaceAll(text, "atoi(argv[1]);", "atoi(argv[1]);\n\tn -= n == 2;"))))
}

// Where an item is lost there may be nothing to pass on in the smallest run, or too few pass it
// on: that costs nothing more if others have a part in some run. Who has none has shown nothing.
func TestParts(t *testing.T) {
	const assigned = `{"assignment": "two", "language": "c", "hand_in": "two.c",
		"properties": [{"name": "items", "points": 60, "codes": ["IPC002", "IPC003", "IPC005"]}, {"name": "order", "points": 40, "codes": ["IPC004"]}],
		"programs": [{"others": "%s", "lines": {"got": "got {n}", "end": "end"}, "rules": [{"each": "got", "of": {"n": "1..$1"}}, {"ascending": "got", "by": ["n"]}],
			"runs": [{"args": ["1"]}, {"args": ["2"]}]}]}`
	const text = `#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
static int n;
static sem_t full;
static void *f(void *arg) {
	for (int i = 0; i < n / (THREADS); i++)
		sem_post(&full);
	return arg;
}
int main(int argc, char **argv) {
	pthread_t t[2];
	n = atoi(argv[1]);
	sem_init(&full, 0, 0);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, f, NULL);
	for (int i = 1; MORE; i++) {
		WAIT;
		printf("got %d\n", i);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	END;
}
`
	for _, c := range []struct{ others, threads, more, wait, end, want string }{
		{"1", "1", "i <= n", "sem_wait(&full)", `puts("end")`, ""},
		{"1", "1", "i < n", "sem_wait(&full)", `puts("end")`, "items IPC002"},
		{"1", "1", "i < n", "", `puts("end")`, "items IPC002, order IPC004"},
		{"1", "1", "i <= n", "if (n > 1) sem_wait(&full)", `puts("end")`, "items IPC002, order IPC004"},
		{"1", "1", "i < n", "sem_wait(&full)", "", "items IPC002, order IPC004"},
		{"$1", "n", "i <= n", "sem_wait(&full)", `puts("end")`, ""},
		{"$1", "n-1", "i < n", "sem_wait(&full)", `puts("end")`, "items IPC002"},
		{"$1", "1", "i <= n", "sem_wait(&full)", `puts("end")`, "items IPC002, order IPC004"},
	} {
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(dir+"/skeleton", 0o700))
		require.NoError(t, os.WriteFile(dir+"/assignment.json", fmt.Appendf(nil, assigned, c.others), 0o600))
		a, prepared := course(t, dir)
		assert.Equal(t, c.want, lost(graded(t, a, prepared, strings.NewReplacer("THREADS", c.threads, "MORE", c.more, "WAIT", c.wait, "END", c.end).Replace(text))), "%+v", c)
	}
}

// What threads print when the first process has begun to end may be lost, and what others print
// is not.
func TestLate(t *testing.T) {
	const assigned = `{"assignment": "two", "language": "c", "hand_in": "two.c",
		"properties": [{"name": "items", "points": 100, "codes": ["IPC002", "IPC003", "IPC005"]}],
		"programs": [{"lines": {"got": "got {n}"}, "rules": [{"each": "got", "of": {"n": "1..2"}}], "runs": [{}]}]}`
	const text = `#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>
static sem_t first;
static void *f(void *arg) {
	puts("got 1");
	sem_post(&first);
	puts("got 2");
	return arg;
}
int main(void) {
	pthread_t t;
	sem_init(&first, 0, 0);
	if (FORKS) {
		if (fork() == 0) {
			f(NULL);
			return 0;
		}
	} else {
		pthread_create(&t, NULL, f, NULL);
	}
	ENDS;
}
`
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(dir+"/skeleton", 0o700))
	require.NoError(t, os.WriteFile(dir+"/assignment.json", []byte(assigned), 0o600))
	a, prepared := course(t, dir)
	const late = "got with n 2 is not printed: it ends while others are at work, and what they print then is lost (join them before)"
	for _, c := range []struct{ forks, ends, want string }{
		{"0", "sem_wait(&first)", late},
		{"0", "sem_wait(&first); fflush(stdout); _exit(0)", late},
		{"0", "pthread_join(t, NULL)", ""},
		{"0", "pthread_exit(NULL)", ""},
		{"1", "", ""},
	} {
		r := graded(t, a, prepared, strings.NewReplacer("FORKS", c.forks, "ENDS", c.ends).Replace(text))
		message := ""
		for _, f := range r.Properties[0].Faults {
			message += f.Message
		}
		assert.Equal(t, c.want, message, "%+v", c)
	}
}
