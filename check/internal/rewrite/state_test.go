package rewrite_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// inProcessesOfTheirOwn skips a test in the pass under the race detector: what it looks
// at is built and runs apart from the test.
func inProcessesOfTheirOwn(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("the programs run in processes of their own")
	}
}

// unpack builds the tests of an archive.
func unpack(t *testing.T, name string, detector rewrite.Detector) []*rewrite.Target {
	a, err := txtar.ParseFile(filepath.Join("testdata", "state", name+".txtar"))
	require.NoError(t, err)
	dir := t.TempDir()
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, f.Data, 0o666))
	}
	b := &rewrite.Builder{Dir: dir, Detector: detector}
	targets, err := b.Tests(context.Background(), []string{"./..."})
	require.NoError(t, err)
	return targets
}

// results explores the tests of a target.
func results(t *testing.T, target *rewrite.Target, c wire.Config) map[string]*verdict.Verdict {
	require.Empty(t, target.Err)
	for _, f := range target.Tests {
		c.Tests = append(c.Tests, f.Name)
	}
	c.Steps, c.Leaks = 1000, wire.LeaksStrict
	if c.Executions == 0 {
		c.Executions = 400
		if long() {
			c.Executions = 2000
		}
	}
	out := map[string]*verdict.Verdict{}
	env := append(os.Environ(), "GOGC=1", "GODEBUG=clobberfree=1") // what is freed too early is noticed
	require.NoError(t, target.Explore(context.Background(), rewrite.Run{Config: c, Env: env}, func(r rewrite.Result) { out[r.Test] = r.Verdict }))
	return out
}

var wanted = regexp.MustCompile(`// want: (\w+) ?(.*)\nfunc (Test\w+)\(`)

// wants is what the comments above the tests of a target want.
func wants(t *testing.T, target *rewrite.Target) map[string][]string {
	out := map[string][]string{}
	for _, f := range target.Tests {
		out[f.Name] = []string{"pass", ""}
	}
	files, err := filepath.Glob(filepath.Join(target.Dir, "*_test.go"))
	require.NoError(t, err)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range wanted.FindAllStringSubmatch(string(text), -1) {
			if out[m[3]] != nil { // it is built
				out[m[3]] = m[1:3]
			}
		}
	}
	return out
}

// plain are archives that are built without the race detector in the gate; the others
// are built with it, as the command does. IPCCHECK_LONG=1 does both with each.
var plain = []string{"chance", "clock", "early", "library", "oldtimers", "opened", "outside", "stacks", "values"}

// few is how many executions are made of the tests of an archive, if they are not 400 (2000 with
// IPCCHECK_LONG=1): there are some in it that have no end, or none that is near.
var few = map[string]uint64{"outside": 20, "subtests": 300, "network": 2000}

// byChance are tests that fail in each of the first executions, and might not if chance
// decided otherwise.
var byChance = []string{"TestPutInIsSkipped", "TestStoredDuringRange"}

func long() bool { return os.Getenv("IPCCHECK_LONG") != "" }

// Every test of the archives in testdata/state gets the verdict that the comment
// above it wants, "pass" where there is none; and what the comment says further
// stands in the reason, the finding or what is assumed, or does not behind "without";
// "nothing" is that it is not assumed that parallel tests do not disturb it. What fails is
// replayed.
func TestState(t *testing.T) {
	inProcessesOfTheirOwn(t)
	archives, err := filepath.Glob(filepath.Join("testdata", "state", "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, path := range archives {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		for _, detector := range []rewrite.Detector{rewrite.WithoutDetector, rewrite.DetectorRequired} {
			races, title := detector != rewrite.WithoutDetector, name
			if races {
				title += "-race"
			}
			t.Run(title, func(t *testing.T) {
				if skip := !long() && races == slices.Contains(plain, name); skip || races && testing.Short() {
					t.Skip("either build, if not IPCCHECK_LONG=1")
				}
				for _, target := range unpack(t, name, detector) {
					require.Empty(t, target.Err)
					if len(target.Tests) == 0 {
						continue
					}
					got := results(t, target, wire.Config{Executions: few[name]})
					for test, want := range wants(t, target) {
						v := got[test]
						if !assert.NotNil(t, v, test) {
							continue
						}
						said := v.Reason
						for _, f := range v.Findings {
							said += string(f.Code) + " " + f.Message
						}
						assert.Equal(t, want[0], string(v.Answer), "%s: %s", test, said)
						for _, a := range v.Assumes {
							said += a.Premise + " " + a.Position
						}
						if v.Answer == verdict.Fail && slices.Contains(byChance, test) && assert.NotNil(t, v.Findings[0].Trace, test) {
							assert.False(t, v.Findings[0].Trace.Unavoidable, test)
							assert.False(t, v.Complete, test)
						}
						if want[1] == "nothing" {
							assert.NotContains(t, said, "parallel tests", test)
							continue
						}
						if text, ok := strings.CutPrefix(want[1], "without "); ok {
							assert.NotContains(t, said, text, test)
							continue
						}
						assert.Contains(t, said, want[1], test)
					}
					replays(t, target, got)
				}
			})
		}
	}
}

// steps are those of a finding's trace.
func steps(f verdict.Finding) (out []string) {
	for _, s := range f.Trace.Steps {
		out = append(out, fmt.Sprint(s.Process, " ", s.Label, " ", s.Alt))
	}
	return out
}

// replays makes every run that fails again by what replays it, in a process of its
// own: it has the same finding and the same steps. Not so if a choice is another one. In the
// gate it is one in four of them.
func replays(t *testing.T, target *rewrite.Target, got map[string]*verdict.Verdict) {
	for i, test := range slices.Sorted(maps.Keys(got)) {
		v := got[test]
		if v.Answer != verdict.Fail || v.Findings[0].Trace == nil || i%4 != 0 && test != "TestLateLog" && !long() {
			continue
		}
		f := v.Findings[0]
		again := only(t, target, test, wire.Config{Replay: f.Trace.Replay})
		if !assert.Len(t, again.Findings, 1, "%s: %s", test, f.Trace.Replay) {
			continue
		}
		assert.Equal(t, f.Code, again.Findings[0].Code, test)
		assert.Equal(t, f.Message, again.Findings[0].Message, test)
		assert.Equal(t, steps(f), steps(again.Findings[0]), "%s: %s", test, f.Trace.Replay)
		if test == "TestLateLog" {
			other := only(t, target, test, wire.Config{Replay: "1,0"})
			assert.Empty(t, other.Findings, "the goroutine logs before the test ends")
		}
	}
}

// only explores one test of a target.
func only(t *testing.T, target *rewrite.Target, test string, c wire.Config) (v *verdict.Verdict) {
	c.Tests, c.Steps, c.Leaks = []string{test}, 1000, wire.LeaksStrict
	require.NoError(t, target.Explore(context.Background(), rewrite.Run{Config: c}, func(r rewrite.Result) { v = r.Verdict }))
	require.NotNil(t, v)
	return v
}

// Without what tells the engine of the end of a test, or the race detector of the use
// of a lock and of the places of items that take no bytes, tests pass that must not.
func TestSeededFaultsAreFound(t *testing.T) {
	inProcessesOfTheirOwn(t)
	if testing.Short() {
		t.Skip("builds with the race detector")
	}
	ends := unpack(t, "ends", rewrite.DetectorRequired)[0]
	for seed, test := range map[exec.Seed]string{exec.SeedEnd: "TestLogBesideAnother", exec.SeedUse: "TestLockOverwritten", exec.SeedTokens: "TestTokens", exec.SeedGone: "TestCountsAfterTheWait", exec.SeedLook: "TestWhoLooksFirst", exec.SeedElapse: "TestALeaseRunsOut"} {
		target := ends
		if seed == exec.SeedLook || seed == exec.SeedElapse {
			folder := map[exec.Seed]string{exec.SeedLook: "/looks", exec.SeedElapse: "/slow"}[seed]
			targets := unpack(t, "clock", rewrite.WithoutDetector)
			target = targets[slices.IndexFunc(targets, func(t *rewrite.Target) bool { return strings.HasSuffix(t.ImportPath, folder) })]
		}
		v := only(t, target, test, wire.Config{Executions: 100})
		assert.Equal(t, verdict.Fail, v.Answer, test)
		v = only(t, target, test, wire.Config{Executions: 100, Seeded: string(seed)})
		assert.Equal(t, verdict.Pass, v.Answer, test)
	}
}

// A variable that is not put back is named.
func TestAVariableThatIsNotPutBackIsNamed(t *testing.T) {
	inProcessesOfTheirOwn(t)
	for _, target := range unpack(t, "memory", rewrite.WithoutDetector) {
		if len(target.Tests) == 0 {
			continue
		}
		for variable, test := range map[string]string{"Count": "TestPlain", "Strings": "TestMethods", "registered": "TestMaps", "Head": "TestLists"} {
			v := results(t, target, wire.Config{Unrestored: variable})[test]
			require.NotNil(t, v, test)
			assert.Equal(t, verdict.Inconclusive, v.Answer, test)
			assert.Regexp(t, `dep\.`+variable+` \(dep\.go:\d+\) differs`, v.Reason)
		}
	}
}
