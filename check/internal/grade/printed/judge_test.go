package printed_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/printed"
)

var lines = printed.Lines{"put": "P{who} put {n} [{inside}]", "got": "got {who}.{n}", "total": "total {n}"}

// Each rule finds what it is for, and nothing in what is right.
func TestRules(t *testing.T) {
	rules := []printed.Rule{
		{Each: "got", Of: map[string]string{"who": "1..$1", "n": "1..2"}},
		{InOrder: []string{"put", "got"}, By: []string{"who", "n"}},
		{Inside: []string{"put", "got"}, Most: "$1*2-1", Says: "inside"},
		{Once: "total", Where: map[string]string{"n": "($1+1)*2/2"}, After: "got"},
		{Ascending: "got", By: []string{"n"}, Per: "who"},
		{Reaches: []string{"put", "got"}, Most: "1"},
	}
	j, err := printed.New(lines, rules, []string{"1"})
	require.NoError(t, err)
	for output, want := range map[string]string{
		"P1 put 1 [1]|got 1.1|P1 put 2 [1]|  got 1.2 |chatter|total 2": "",
		"": "1 IPC002 missing, 4 IPC017 missing",
		"P1 put 1 [1]|got 1.1|P1 put 2 [1]|got 1.1|total 2":         "1 IPC003, 1 IPC002 missing",
		"P1 put 1 [1]|got 1.1|P1 put 2 [1]|got 1.2|got 9.9|total 3": "1 IPC005, 4 IPC017",
		"got 1.1|P1 put 1 [0]|P1 put 2 [1]|got 1.2|total 2":         "2 IPC005",
		"P1 put 1 [1]|P1 put 2 [2]|got 1.1|got 1.2|total 2":         "3 IPC006",
		"P1 put 1 [3]|got 1.1|P1 put 2 [1]|got 1.2|total 2":         "3 IPC005",
		"P1 put 1 [1]|got 1.1|P1 put 2 [1]|total 2|got 1.2":         "4 IPC017",
		"P1 put 2 [1]|got 1.2|P1 put 1 [1]|got 1.1|total 2":         "5 IPC004",
		"P1 put 1 [1]|got 9.9|P1 put 2 [1]|got 1.2|got 1.1|total 2": "1 IPC005",           // what follows is no fault of the order
		"P1 put 1 [1]|got 1.1|P1 put 2 [1]|got 1.2|got 1.1|total 2": "1 IPC003, 5 IPC004", // who begins again is out of order
	} {
		var got []string
		for _, f := range j.Look(strings.ReplaceAll(output, "|", "\n")+"\n", false).Faults {
			text := fmt.Sprint(f.Rule+1, " ", f.Code)
			if f.Missing {
				text += " missing"
			}
			got = append(got, text)
		}
		assert.Equal(t, want, strings.Join(got, ", "), output)
	}
	assert.Equal(t, []int{5}, j.Searched())
	assert.True(t, j.Look("P1 put 1 [1]\n", false).Reached[5])
}

// A line that tells of the end of file is true only where a read has met it.
func TestEndOfFile(t *testing.T) {
	j, err := printed.New(lines, []printed.Rule{{Once: "total", EndOfFile: true}}, nil)
	require.NoError(t, err)
	assert.Empty(t, j.Look("total 1\n", true).Faults)
	assert.Len(t, j.Look("total 1\n", false).Faults, 1)
}

// What is wrong with rules is said.
func TestRefused(t *testing.T) {
	for want, r := range map[string]printed.Rule{
		"not exactly one":       {},
		`no line "gone"`:        {Each: "gone"},
		"no field x":            {Each: "got", Of: map[string]string{"x": "1"}},
		"no argument $3":        {Each: "got", Of: map[string]string{"n": "1..$3"}},
		"divides by 0":          {Once: "total", Where: map[string]string{"n": "1/0"}},
		"bracket is not closed": {Once: "total", Where: map[string]string{"n": "(1+2"}},
		"about 1 kinds":         {Inside: []string{"put"}, Most: "1"},
		"per is missing":        {TakeTurns: "put"},
		"end_of_file is of":     {Each: "got", EndOfFile: true},
	} {
		_, err := printed.New(lines, []printed.Rule{r}, []string{"1"})
		assert.ErrorContains(t, err, want)
	}
}
