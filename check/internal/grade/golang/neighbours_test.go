package golang

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/golang/check"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A suite whose operations are called with names has scenarios with other names, in the
// same lines.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "..", "..", "testdata", "assignments", "mailboxes")
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	alone := *a
	alone.Neighbours = new(bool)
	without, err := Go{}.Prepare(context.Background(), &alone)
	require.NoError(t, err)
	for _, k := range without.(*course).cases {
		assert.False(t, k.suite != "" && check.Scenarios[k.scenario].Neighbour() != "", k.name)
	}
	prepared, err := Go{}.Prepare(context.Background(), a)
	require.NoError(t, err)
	c := prepared.(*course)
	beside := map[string]int{}
	for _, k := range c.cases {
		if k.suite != "" && check.Scenarios[k.scenario].Neighbour() != "" {
			beside[k.suite]++
		}
	}
	assert.Equal(t, map[string]int{"TestSuiteBox": 9, "TestSuiteLink": 18}, beside)
	lines := strings.Split(string(c.tests["suite_test.go"]), "\n")
	assert.Equal(t, `		p.Create("b"); p . Create ( "other" )`, lines[14])
	assert.Contains(t, lines[20], `}.Beside("name", check`)
	for _, want := range []string{
		`}.Beside("reverse", check`, `SendTo ( "z" , "a" , v )`, `RecvFrom ( "a" , "z" )`,
		`.Beside("first", check`, `SendTo ( "other" , "z" , v )`, `RecvFrom ( "z" , "other" )`,
		`.Beside("second", check`, `SendTo ( "a" , "other" , v )`, `RecvFrom ( "other" , "a" )`,
	} {
		assert.Contains(t, lines[30], want)
	}
}

// A suite has a second object of the same kind beside the one that it tries; if what students
// write has no objects, there is none. Who keeps all in the variables of the package loses
// items.
func TestAnotherObject(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs in processes of its own")
	}
	t.Parallel()
	dir := filepath.Join("..", "..", "..", "..", "testdata", "assignments", "bounded-buffer")
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	prepared, err := Go{}.Prepare(context.Background(), a)
	require.NoError(t, err)
	c := prepared.(*course)
	c.cases = slices.DeleteFunc(c.cases, func(k testCase) bool {
		return k.suite == "" || check.Scenarios[k.scenario].Neighbour() != check.Another || !check.Scenarios[k.scenario].Moves() || strings.Contains(check.Scenarios[k.scenario].Script, "try")
	})
	require.Len(t, c.cases, 2)
	reference, err := os.ReadFile(filepath.Join(dir, "reference", "buffer.go"))
	require.NoError(t, err)
	look := func(text string) (found []string) {
		s := &submission.Submission{Files: map[string][]byte{"buffer.go": []byte(text)}}
		ev, err := c.Look(context.Background(), s, language.Work{Dir: t.TempDir(), Progress: func(string) {}})
		require.NoError(t, err)
		require.Empty(t, ev.Unbuilt)
		for _, s := range ev.Scenarios {
			for _, f := range s.Verdict.Findings {
				found = append(found, s.Words+": "+string(f.Code))
			}
			assert.NotEqual(t, verdict.Inconclusive, s.Verdict.Answer, s.Words)
		}
		return found
	}
	assert.Empty(t, look(string(reference)))
	common := strings.NewReplacer("func New(", "var all Buffer\n\nfunc New(", "b := &Buffer{items: make([]int, capacity)}", "b := &all\n\tb.items = make([]int, capacity)").Replace(string(reference))
	assert.Equal(t, []string{
		"room for 1 item: send send (on another object) receive (on another object) receive: IPC007",
		"room for 1 item: close (on another object) send receive: IPC017",
	}, look(common))
}
