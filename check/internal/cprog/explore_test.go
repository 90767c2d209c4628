//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func explored(t testing.TB, text string, o search.Options) *verdict.Verdict {
	t.Helper()
	if o.Executions == 0 {
		o.Executions = 200_000
	}
	o.Leaks = search.LeaksWarn
	return Explore(context.Background(), program(t, text), text, Config{Search: o}).Verdict
}

func codes(v *verdict.Verdict) string {
	if v.Answer == verdict.Inconclusive {
		return "inconclusive"
	}
	var list []string
	for _, f := range v.Findings {
		code := string(f.Code)
		if f.Severity == verdict.Warning {
			code = "(" + code + ")"
		}
		list = append(list, code)
	}
	return strings.Join(list, " ")
}

// What becomes of programs whose truth is known: of those of a file that should get the
// same verdict the first, with IPCCHECK_LONG=1 all.
func TestVerdicts(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range []struct{ program, want string }{
		{"buffer.c", ""},
		{"buffer.c -DP=2 -DC=2 -DN=1", ""},
		{"buffer.c -DC=2 -DP=1 -DIF", "IPC018 IPC010"},
		{"buffer.c -DP=2 -DC=2 -DN=1 -DONE", "IPC001"},
		{"buffer.c -DP=2 -DC=2 -DN=1 -DONE -DALL", ""},
		{"own.c", ""},
		{"ring.c", "IPC010 IPC010 IPC010"},
		{"ring.c -DP=2 -DN=1", "IPC008 IPC010 IPC010 IPC010"},
		{"ring.c -DKIND=_Atomic", ""},
		{"ring.c -DKIND=_Atomic -DP=2 -DN=1", "IPC008 IPC010 IPC010"},
		{"semaphores.c", ""},
		{"semaphores.c -DFIRST", "IPC001"},
		{"pipes.c", ""},
		{"pipes.c -DEACH", ""},
		{"pipes.c -DLEAK", "IPC001"},
		{"pipes.c -DZOMBIE", "(IPC012)"},
		{"pipes.c -DHASTY", "IPC012"},
		{"pipes.c -DCLOSED", "IPC018"},
		{"inherits.c -DLATE", "IPC001"},
		{"shared.c", ""},
		{"shared.c -DPRIVATE", "IPC018 IPC010"},
		{"shared.c -DNAMED=1", ""},
		{"shared.c -DNAMED=2", "(IPC012)"},
		{"library.c -DWHICH=1", ""},
		{"library.c -DWHICH=2", "IPC010"},
		{"library.c -DWHICH=3", "IPC010"},
		{"library.c -DWHICH=4", "IPC010"},
		{"library.c -DWHICH=5", "IPC010"},
		{"parallel.c", "inconclusive"},
		{"library.c -DWHICH=7", "IPC018"},
		{"pipeline.c", ""},
		{"pipeline.c -DQUIET", "IPC018"},
		{"shared.cc", ""},
		{"systemv.c", ""},
		{"systemv.c -DNOLOCK", "IPC018 IPC010"},
		{"systemv.c -DORDER", "IPC001"},
		{"systemv.c -DKEEP", "IPC001"},
		{"systemv.c -DUNDO", ""},
		{"systemv.c -DTYPE", "IPC001"},
		{"queue.c", ""},
		{"queue.c -DNOBODY", "IPC001"},
		{"queue.c -DORDER", "IPC018"},
		{"queue.c -DFUTEX", ""},
		{"queue.c -DFUTEX -DLATE", "IPC001"},
		{"locks.c -DWHICH=1", ""},
		{"locks.c -DWHICH=2", ""},
		{"locks.c -DWHICH=3", ""},
		{"locks.c -DWHICH=4", ""},
		{"locks.c -DWHICH=5", "IPC018 IPC010"},
		{"locks.c -DWHICH=6", ""},
		{"locks.c -DWHICH=7", ""},
		{"locks.c -DWHICH=7 -DNEVER", "IPC008"},
		{"locks.c -DWHICH=8", "IPC010"},
		{"locks.c -DWHICH=8 -DNEVER", "IPC008"},
		{"locks.c -DWHICH=9", "IPC010"},
		{"locks.c -DWHICH=9 -DNEVER", "IPC008"},
		{"mistakes.c -DWHICH=1", "IPC010"},
		{"mistakes.c -DWHICH=2", "IPC001"},
		{"mistakes.c -DWHICH=3", "IPC001"},
		{"mistakes.c -DWHICH=4", "IPC011"},
		{"mistakes.c -DWHICH=5", "IPC011"},
		{"mistakes.c -DWHICH=6", "IPC010"},
		{"mistakes.c -DWHICH=7", "IPC001"},
		{"mistakes.c -DWHICH=8", "IPC011"},
		{"mistakes.c -DWHICH=9", "IPC011"},
		{"mistakes.c -DWHICH=10", "IPC011"},
		{"mistakes.c -DWHICH=11", "IPC018"},
		{"mistakes.c -DWHICH=13", "inconclusive"},
		{"mistakes.c -DWHICH=12", "inconclusive"},
		{"mistakes.c -DWHICH=14", "inconclusive"},
		{"mistakes.c -DWHICH=15", "IPC001"},
		{"mistakes.c -DWHICH=16", "IPC010"},
		{"mistakes.c -DWHICH=17", "IPC011"},
		{"mistakes.c -DWHICH=18", "IPC011"},
		{"mistakes.c -DWHICH=19", "IPC011"},
		{"late.c", ""},
		{"ticks.c", ""},
		{"ticks.c -DHELD", "IPC001"},
		{"sleepy.c", ""},
		{"sleepy.c -DCHILD", ""},
		{"sleepy.c -DGIVESUP", "IPC001"},
		{"backoff.c", ""},
		{"backoff.c -DSPIN", ""},
		{"backoff.c -DSEEN", "IPC018"},
		{"waiter.c", ""},
		{"waiter.c -DAFTER", "IPC011"},
		{"signals.c -DWHICH=1", ""},
		{"signals.c -DWHICH=1 -DRESTART -DNOLOOP", ""},
		{"signals.c -DWHICH=1 -DNOLOOP", "IPC018"},
		{"signals.c -DWHICH=1 -DONCE", "IPC001"},
		{"signals.c -DWHICH=2", ""},
		{"signals.c -DWHICH=2 -DPAUSE", "IPC001"},
		{"signals.c -DWHICH=3", ""},
		{"signals.c -DWHICH=3 -DSPINS", ""},
		{"signals.c -DWHICH=4", ""},
		{"signals.c -DWHICH=5", ""},
		{"signals.c -DWHICH=6", "IPC011"},
		{"signals.c -DWHICH=7", ""},
		{"signals.c -DWHICH=8", "IPC018"},
		{"signals.c -DWHICH=8 -DREADY", ""},
		{"poll.c", ""},
		{"poll.c -DSELECT", ""},
		{"poll.c -DBUSY -DCHILDREN=1", ""},
		{"poll.c -DONE", ""},
		{"destroy.c -DWHICH=1", "IPC011"},
		{"destroy.c -DWHICH=2", ""},
		{"destroy.c -DWHICH=0", "IPC011"},
		{"destroy.c -DWHICH=3", "IPC011"},
		{"destroy.c -DWHICH=4", ""},
		{"destroy.c -DWHICH=5", "IPC011"},
		{"destroy.c -DWHICH=6", "IPC011"},
		{"destroy.c -DWHICH=7", "IPC010"},
		{"choose.c", ""},
		{"choose.c -DBAD", "IPC018"},
		{"fine.c -DWHICH=1", ""},
		{"fine.c -DWHICH=2", ""},
		{"fine.c -DWHICH=3", ""},
		{"fine.c -DWHICH=4", ""},
		{"fine.c -DWHICH=5", ""},
		{"fine.c -DWHICH=6", ""},
		{"fine.c -DWHICH=7", ""},
		{"fine.c -DWHICH=8", ""},
		{"fine.c -DWHICH=9", ""},
		{"fine.c -DWHICH=10", ""},
		{"fine.c -DWHICH=11", ""},
		{"fine.c -DWHICH=12", ""},
	} {
		file, _, _ := strings.Cut(tt.program, " ")
		kind := file + " " + tt.want
		if seen[kind] && !long {
			continue
		}
		seen[kind] = true
		t.Run(tt.program, func(t *testing.T) {
			t.Parallel()
			v := explored(t, tt.program, search.Options{SignalAny: true})
			assert.Equal(t, tt.want, codes(v), "%s %v", v.Reason, messages(v))
		})
	}
}

// With -spurious a thread may wake up without a signal: who does not look again whether it
// may go on is found, by one that nothing else wakes too early.
func TestSpuriousWakeups(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ program, without, with string }{
		{"buffer.c", "", ""},
		{"buffer.c -DP=2 -DC=2 -DN=1 -DONE -DALL", "", ""},
		{"buffer.c -DIF", "", "IPC018"},
		{"fine.c -DWHICH=8", "", ""},
		{"wakeups.c", "", ""},
		{"wakeups.c -DIF", "", "IPC018"},
		{"wakeups.c -DIF -DTIMED", "", "IPC018"},
		{"wakeups.c -DNONE", "IPC001", "IPC001"},
	} {
		for i, want := range []string{tt.without, tt.with} {
			c := Config{Spurious: i == 1, Search: search.Options{Executions: 50_000, SignalAny: true, Leaks: search.LeaksWarn}}
			v := Explore(context.Background(), program(t, tt.program), tt.program, c).Verdict
			assert.Equal(t, want, codes(v), "%s %v: %s %v", tt.program, c.Spurious, v.Reason, messages(v))
		}
	}
}

// The time of a wait may be over though others can go on.
func TestEarly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		program       string
		without, with string // codes
	}{
		{"early.c -DAGAIN", "", ""},
		{"early.c", "", "IPC018"},
		{"wakeups.c -DIF -DTIMED", "", "IPC018"},
	} {
		for i, want := range []string{tt.without, tt.with} {
			c := Config{Early: i == 1, NoRaces: true, Search: search.Options{Executions: 1000, SignalAny: true, Leaks: search.LeaksWarn}}
			v := Explore(context.Background(), program(t, tt.program), tt.program, c).Verdict
			assert.Equal(t, want, codes(v), "%s %v: %s %v", tt.program, c.Early, v.Reason, messages(v))
		}
	}
	waits := "mrqp"
	if long {
		waits += "cwso"
	}
	for _, wait := range strings.Split(waits, "") {
		for _, tt := range []struct {
			again string
			early bool
			want  string
		}{{"", false, ""}, {"", true, "IPC018"}, {"again", true, ""}} {
			c := Config{Args: strings.Fields(wait + " " + tt.again), Early: tt.early, Search: search.Options{Executions: 1000, SignalAny: true, Leaks: search.LeaksWarn}}
			v := Explore(context.Background(), program(t, "limits.c"), "limits", c).Verdict
			assert.Equal(t, tt.want, codes(v), "%s %+v: %s %v", wait, tt, v.Reason, messages(v))
		}
	}
}

// Who goes round in a loop does not wait for a change while it holds a lock that it is going
// to give back: others may wait for that.
func TestBackingOffIsNoLivelock(t *testing.T) {
	t.Parallel()
	v := explored(t, "scoped.cc", search.Options{SignalAny: true, Executions: 400})
	assert.NotEqual(t, verdict.Fail, v.Answer, "%v", messages(v))
}

// A data race that only random executions meet is shown in one of them.
func TestRacesOfRandomExecutions(t *testing.T) {
	t.Parallel()
	v := explored(t, "recount.c", search.Options{SignalAny: true, Executions: 400})
	require.Equal(t, "IPC010", codes(v), v.Reason)
	assert.NotNil(t, v.Findings[0].Trace)
	assert.Regexp(t, "^[0-9]+ executions, and [0-9]+ at random$", v.Coverage)
}

// Everybody who waits is told with his place and the calls that lead there, though the stack of one
// process at a time is in memory.
func TestEachProcessHasItsCalls(t *testing.T) {
	t.Parallel()
	v := explored(t, "wrapped.c", search.Options{})
	require.NotEmpty(t, v.Findings, v.Reason)
	var calls []string
	for _, w := range v.Findings[0].Trace.Waiting {
		text := v.Findings[0].Trace.Sites[w.Site-1].Label
		for _, f := range v.Findings[0].Trace.Sites[w.Site-1].Frames {
			text += " " + f.Position
		}
		calls = append(calls, text)
	}
	assert.Equal(t, []string{"wait(NULL) wrapped.c:30", "P(n) wrapped.c:18 wrapped.c:27", "P(n) wrapped.c:18 wrapped.c:27"}, calls)
}

// An endless loop is one after so much of the processor: in one execution.
func TestEndlessLoop(t *testing.T) {
	t.Parallel()
	s := newSession(program(t, "mistakes.c -DWHICH=12"), "mistakes.c", Config{Search: search.Options{Executions: 1}})
	defer s.x.Close()
	s.x.patience = 1
	v := s.explore(context.Background())
	s.words(v)
	assert.Equal(t, verdict.Inconclusive, v.Answer)
	assert.Equal(t, "thread 1 loops without an operation on anything shared, at mistakes.c:55: stopped", v.Reason)
}

// Each choice of a harness is an outcome, and a harness runs without ipccheck.
func TestChoices(t *testing.T) {
	p := program(t, "choose.c")
	seen := map[string]bool{}
	v := Explore(context.Background(), p, "choose", Config{Search: search.Options{Executions: 100}, Outcome: func(end, output string) { seen[end+": "+output] = true }}).Verdict
	assert.Equal(t, verdict.Pass, v.Answer, v.Reason)
	assert.Equal(t, map[string]bool{"finished: 0\n": true, "finished: 1\n": true, "finished: 2\n": true}, seen)
	plain := filepath.Join(t.TempDir(), "choose")
	out, err := exec.Command("gcc", "-I", "runtime", "-o", plain, "testdata/choose.c").CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(plain).Output()
	require.NoError(t, err)
	assert.Equal(t, "0\n", string(out))
	told := explored(t, "choose.c -DTOLD", search.Options{SignalAny: true})
	assert.Equal(t, "IPC005", codes(told))
	assert.Equal(t, []string{"nobody has put 2 (choose.c:12)"}, messages(told))
}

func messages(v *verdict.Verdict) (list []string) {
	for _, f := range v.Findings {
		list = append(list, f.Message)
	}
	return list
}

// The numbers of Mazurkiewicz traces of the bounded buffer, by a recursion of its own:
// all that happens under its lock is in one order.
func TestCounts(t *testing.T) {
	cells := [][4]int{{1, 1, 1, 2}, {1, 1, 2, 3}, {2, 1, 1, 1}, {2, 1, 2, 2}, {1, 2, 1, 2}, {3, 1, 1, 1}, {2, 2, 1, 1}}
	if long {
		cells = append(cells, [4]int{2, 1, 1, 2}, [4]int{2, 2, 1, 2}, [4]int{2, 1, 1, 3}, [4]int{3, 1, 2, 2})
	}
	for _, c := range cells {
		for _, one := range []bool{false, true} {
			for _, anyOne := range []bool{false, true} {
				text := fmt.Sprintf("buffer.c -DP=%d -DC=%d -DCAP=%d -DN=%d", c[0], c[1], c[2], c[3])
				if one {
					text += " -DONE"
				}
				want, deadlocks := traces(c[0], c[1], c[2], c[3], one, anyOne)
				v := explored(t, text, search.Options{SignalAny: anyOne, All: true, Executions: 1 << 30, Strategy: "optimal"})
				assert.Equal(t, []uint64{want, deadlocks, 0}, []uint64{v.Counts.Executions, v.Counts.Deadlocked, v.Counts.Blocked}, "%s %v", text, anyOne)
			}
		}
	}
}

// What clang makes of a program is found to be the same, where gcc is not there.
func TestClang(t *testing.T) {
	clang, err := exec.LookPath("clang")
	if err != nil || !long {
		t.Skip("set IPCCHECK_LONG=1, and have clang")
	}
	dir := t.TempDir()
	for _, tool := range []string{clang, strings.Replace(clang, "clang", "clang++", 1), filepath.Join(filepath.Dir(clang), "objcopy"), filepath.Join(filepath.Dir(clang), "ld")} {
		require.NoError(t, os.Symlink(tool, filepath.Join(dir, filepath.Base(tool))))
	}
	t.Setenv("PATH", dir)
	for _, tt := range []struct{ program, want string }{
		{"buffer.c", ""},
		{"buffer.c -DC=2 -DP=1 -DIF", "IPC018 IPC010"},
		{"ring.c -DP=2 -DN=1", "IPC008 IPC010 IPC010 IPC010"}, // an update is a read, and a write
		{"ring.c -DKIND=_Atomic", ""},
		{"pipes.c -DLEAK", "IPC001"},
		{"mistakes.c -DWHICH=1", "IPC010"},
		{"shared.c -DPRIVATE", "IPC018 IPC010"},
	} {
		words := strings.Fields(tt.program)
		p, err := Source{Dir: "testdata", Files: words[:1], Flags: words[1:]}.Build(context.Background(), cache)
		require.NoError(t, err)
		v := Explore(context.Background(), p, tt.program, Config{Search: search.Options{Executions: 50_000, SignalAny: true, Leaks: search.LeaksWarn}}).Verdict
		p.Close()
		assert.Equal(t, tt.want, codes(v), "%s %s %v", tt.program, v.Reason, messages(v))
	}
}
