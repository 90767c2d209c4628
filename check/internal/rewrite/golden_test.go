package rewrite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/record"
)

// TestGolden rewrites the files of each archive in testdata. Beside a file that
// changes the archive has what it becomes.
func TestGolden(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("what runs is a program built without the race detector")
	}
	archives, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			require.NoError(t, err)
			dir := t.TempDir()
			in := &txtar.Archive{Comment: a.Comment}
			want := map[string]string{}
			for _, f := range a.Files {
				if base, ok := strings.CutSuffix(f.Name, ".want"); ok {
					want[base] = string(f.Data)
					continue
				}
				in.Files = append(in.Files, f)
				path := filepath.Join(dir, f.Name)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
				require.NoError(t, os.WriteFile(path, f.Data, 0o666))
			}
			b := &Builder{Dir: dir, Cache: filepath.Join(dir, "cache")}
			targets, err := b.Tests(context.Background(), []string{"./..."})
			require.NoError(t, err)
			for _, target := range targets {
				assert.Empty(t, target.Err, "what is made of it must build")
			}
			out := &txtar.Archive{Comment: in.Comment}
			for _, f := range in.Files {
				out.Files = append(out.Files, f)
				text := b.now(t, filepath.Join(dir, f.Name))
				if text == "" {
					assert.Empty(t, want[f.Name], f.Name)
					continue
				}
				text = strings.ReplaceAll(text, dir, "DIR")
				out.Files = append(out.Files, txtar.File{Name: f.Name + ".want", Data: []byte(text)})
				if !strings.Contains(text, "/*line") {
					assert.Equal(t, strings.Count(string(f.Data), "\n"), strings.Count(strings.TrimSuffix(text, "\n")+"\n", "\n")-behind(text), "what stands on a line of %s stays there", f.Name)
				}
				if !*golden.Update {
					assert.Equal(t, want[f.Name], text, "%s: run with -update to accept", f.Name)
				}
			}
			if *golden.Update {
				require.NoError(t, os.WriteFile(name, txtar.Format(out), 0o666))
			}
		})
	}
}

// behind is the number of lines behind the end of a file, and before its
// beginning.
func behind(text string) (n int) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if last := lines[len(lines)-1]; strings.HasPrefix(last, "func ") && strings.HasSuffix(last, "};") || strings.HasPrefix(last, "var _ = ") {
		n++
	}
	if strings.HasPrefix(text, "//go:build go1.21\n") {
		n += 3
	}
	return n
}

// now is what a file has been rewritten to; "" if it stays as it is.
func (b *Builder) now(t *testing.T, path string) string {
	entries, err := filepath.Glob(filepath.Join(b.Cache, "*.overlay"))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	text, err := os.ReadFile(entries[0])
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(text), `"`+path+`": "`)
	if !ok {
		return ""
	}
	file, _, _ := strings.Cut(rest, `"`)
	text, err = os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}
