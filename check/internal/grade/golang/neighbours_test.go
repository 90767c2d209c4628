package golang

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/golang/check"
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
	assert.Equal(t, map[string]int{"TestSuiteBox": 5, "TestSuiteLink": 14}, beside)
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
