//go:build !race

// The programs run in processes of their own: the race detector has nothing to see here.

package main

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
)

func TestSameSeedSameProgram(t *testing.T) {
	texts := map[string]bool{}
	for seed := range uint64(200) {
		p, err := generate(seed, seed%2 == 0)
		require.NoError(t, err)
		again, err := generate(seed, seed%2 == 0)
		require.NoError(t, err)
		require.Equal(t, p, again)
		texts[p.source] = true
	}
	assert.Len(t, texts, 200)
}

// compared is what run makes of some programs.
func compared(t *testing.T, o options) (missed int, report string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	var out bytes.Buffer
	o.executions, o.seconds = 20_000, 20
	missed, err := run(context.Background(), &out, o)
	require.NoError(t, err)
	return missed, out.String()
}

// A share of what the command does.
func TestObservedIsExplored(t *testing.T) {
	missed, report := compared(t, options{seed: 2, programs: 8, runs: 100})
	assert.Zero(t, missed, report)
}

func TestRacesSeenAreExplored(t *testing.T) {
	missed, report := compared(t, options{seed: 1, programs: 4, runs: 200, race: true})
	assert.Zero(t, missed, report)
}

func TestMissingAlternativeIsNoticed(t *testing.T) {
	missed, report := compared(t, options{seed: 3, programs: 1, runs: 100, firstCase: true})
	assert.Equal(t, 1, missed, report)
	assert.Contains(t, report, "not explored, in")
}

// What is known to be missing is: when it is not, it is no longer to be let pass.
func TestKnownToBeMissing(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	text, err := os.ReadFile("testdata/missing.go.txt")
	require.NoError(t, err)
	b := bundle{files: map[string]string{"missing_test.go": string(text)}, programs: []program{{name: "TestWaitGroupIsReused"}}}
	in := bounds{executions: 1000, seconds: 20}
	require.NoError(t, explore(context.Background(), b, t.TempDir(), rewrite.WithoutDetector, in, func(_ string, e explored) {
		assert.True(t, e.complete, e.reason)
		assert.False(t, e.outcomes["w: panics: sync: "+reused+" | finished"], "it is explored: take it off the list")
	}))
}

func TestPauses(t *testing.T) {
	out, tests, err := paused("a_test.go", `package a

import "testing"

func TestA(t *testing.T) {
	select {
	case <-c:
		f()
	default:
	}
}
`)
	require.NoError(t, err)
	assert.Equal(t, []string{"TestA"}, tests)
	assert.Equal(t, `package main

import "native/testing"

func TestA(t *testing.T) {
	testing.Pause(1); select {
	case <-c:
		testing.Pause(2); f()
	default:
	}
}
`, out)
}

func TestLastWords(t *testing.T) {
	for stderr, want := range map[string]string{
		"panic: boom\n\ngoroutine 1 [running]:":                                       "panic: boom",
		"panic: boom [recovered, repanicked]\n\ngoroutine":                            "panic: boom",
		"fatal error: sync: unlock of unlocked mutex\n\ngoroutine":                    "panic: fatal error: sync: unlock of unlocked mutex",
		"WARNING: DATA RACE\npanic: runtime error: index out of range [1]\n[signal ]": "panic: runtime error: index out of range [1]",
	} {
		got, ok := death(stderr)
		assert.True(t, ok, stderr)
		assert.Equal(t, want, got)
	}
	_, ok := death("exit status 2")
	assert.False(t, ok)
}
