package golang

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/sandbox"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/record"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// What takes the compiler too much room, memory or time does not compile, and this process
// does not look at its types; what is wrong otherwise is told as ever.
func TestTrial(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs in processes of its own")
	}
	bounded := sandbox.New().ToolExec()
	if bounded == nil {
		t.Skip("this machine has no bounds")
	}
	dir := filepath.Join("..", "..", "..", "..", "testdata", "assignments", "rendezvous")
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	c, err := Go{}.Prepare(context.Background(), a)
	require.NoError(t, err)
	reference, err := os.ReadFile(filepath.Join(dir, "reference", "rendezvous.go"))
	require.NoError(t, err)
	look := func(besides string) *language.Evidence {
		s := &submission.Submission{Files: map[string][]byte{"rendezvous.go": []byte(string(reference) + besides)}}
		ev, err := c.Look(context.Background(), s, language.Work{Dir: t.TempDir(), ToolExec: bounded, Progress: func(string) {}})
		require.NoError(t, err)
		return ev
	}
	doubled := "\nconst s0 = `" + strings.Repeat("x", 1<<10) + "`\n"
	for i := range 21 {
		doubled += fmt.Sprintf("const s%d = s%d + s%d\n", i+1, i, i)
	}
	assert.Equal(t, tooMuch, look(doubled+"var memory = s21\n").Unbuilt)
	assert.Contains(t, look("\nvar x int = nobody\n").Unbuilt[0].Text, "undefined: nobody")
	if os.Getenv("IPCCHECK_LONG") == "" {
		return
	}
	assert.Equal(t, tooMuch, look("\nvar room = [1 << 30]byte{1}\n").Unbuilt)
	deep := strings.Repeat("dup(", 28) + "1" + strings.Repeat(")", 28)
	assert.Equal(t, tooMuch, look("\ntype pair[A, B any] struct { a A; b B }\nfunc dup[T any](x T) pair[T, T] { return pair[T, T]{x, x} }\nvar types = "+deep+"\n").Unbuilt)
	assert.Equal(t, tooMuch, look("\nvar y = 1\nvar time = y"+strings.Repeat("+y", 90_000)+"\n").Unbuilt)
}
