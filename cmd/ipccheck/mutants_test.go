package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Of the objects in testdata/programs/mutants those that are right pass, and of each
// mutant caught.txt says with which code it fails and which part of the suite finds it.
// Only memory that is retained is no matter of behaviour.
func TestMutantsAreCaught(t *testing.T) {
	programsThatAreBuilt(t)
	if os.Getenv("IPCCHECK_LONG") == "" {
		t.Skip("takes three minutes: IPCCHECK_LONG=1 runs it")
	}
	dir := filepath.Join("..", "..", "testdata", "programs", "mutants")
	source, err := os.ReadFile(filepath.Join(dir, "mutants_test.go"))
	require.NoError(t, err)
	text, code := inRoot(t, "ipccheck", "test", "-json", "./testdata/programs/mutants")
	assert.Equal(t, 1, code)
	verdicts := map[string]*verdict.Verdict{}
	for d := json.NewDecoder(strings.NewReader(text)); d.More(); {
		var e struct {
			Test    string
			Verdict *verdict.Verdict
		}
		require.NoError(t, d.Decode(&e))
		if e.Verdict != nil {
			verdicts[e.Test] = e.Verdict
		}
	}
	file := filepath.Join(dir, "caught.txt")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	rows := 0
	for _, m := range regexp.MustCompile(`func (Test\w+)\(t \*testing\.T\) +{ try(\w+)\(t, "(.*)"\) }`).FindAllStringSubmatch(string(source), -1) {
		v, bug := verdicts[m[1]], m[3]
		if !assert.NotNil(t, v, m[1]) {
			continue
		}
		if bug == "" || bug == "memory retained" {
			assert.Equal(t, verdict.Pass, v.Answer, "%s: %s %v", m[1], v.Reason, v.Findings)
			continue
		}
		if !assert.Equal(t, verdict.Fail, v.Answer, "%s: %s: %s", m[1], bug, v.Reason) {
			continue
		}
		rows++
		// Which fault of several comes first may be chance.
		found := slices.ContainsFunc(v.Findings, func(f verdict.Finding) bool {
			return strings.Contains(string(kept), fmt.Sprintf("%-12s%-38s%-8s", m[2], bug, f.Code))
		})
		assert.True(t, found, "%s has another code for %s: %q; found was %v by %s", file, m[2], bug, v.Findings[0].Code, v.Findings[0].Engine)
	}
	assert.Equal(t, strings.Count(string(kept), "IPC"), rows)
}
