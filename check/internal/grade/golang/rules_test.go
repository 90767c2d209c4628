package golang

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

// Standard output is to be written to: what else a file can say is not the same on every
// machine.
func TestStandardOutput(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "..", "testdata", "assignments", "rendezvous")
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	prepared, err := Go{}.Prepare(context.Background(), a)
	require.NoError(t, err)
	reference, err := os.ReadFile(filepath.Join(dir, "reference", "rendezvous.go"))
	require.NoError(t, err)
	for use, want := range map[string]string{
		`os.Stdout.WriteString("x"); fmt.Fprintln(os.Stderr, os.Getpid()); defer os.Stdout.Sync()`: "",
		`i, _ := os.Stdout.Stat(); fmt.Println(i)`:                                                 "os.File.Stat is not allowed",
		`f := (*os.File).Readdirnames; fmt.Println(f(os.Stdout, 1))`:                               "os.File.Readdirnames is not allowed",
	} {
		s := &submission.Submission{Files: map[string][]byte{"rendezvous.go": reference, "use.go": []byte("package rendezvous\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc use() { " + use + " }\n")}}
		violations, unbuilt, err := prepared.(*course).check(context.Background(), s, language.Work{Dir: t.TempDir(), Progress: func(string) {}})
		require.NoError(t, err)
		require.Empty(t, unbuilt, use)
		var got string
		for _, v := range violations {
			got += v.Text
		}
		assert.Equal(t, want, got, use)
	}
}
