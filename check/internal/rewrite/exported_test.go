package rewrite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Files of two builds offer the same if nothing that an importer sees can differ.
func TestFilesThatOfferTheSame(t *testing.T) {
	for _, c := range []struct {
		name, with, without string
		same                bool
	}{
		{"nothing", "", "", true},
		{"switch", "const Enabled = true", "const Enabled = false", true},
		{"switches", "const (\n\tA = true\n\tb = 1\n)", "const (\n\tA = false\n\tb = 1\n)", true},
		{"bodies", "import \"runtime\"\nfunc off() { runtime.RaceDisable() }", "func off() {}", true},
		{"init", "func init() { on = true }", "", true},
		{"methods", "func (m *M) Do(n int) error { return nil }", "func (m *M) Do(n int) error { panic(n) }", true},
		{"size", "const Size = 2", "const Size = 1", false},
		{"place in a list", "const (\n\tA = iota\n\tB\n)", "const (\n\tB = iota\n\tA\n)", false},
		{"what is not exported", "type state struct{ n int }\nvar limit = 1\nfunc (s *state) do() {}", "type state struct{}", true},
		{"one more", "func Report() {}", "", false},
		{"a method more", "func (m *m) Do() {}", "", false},
		{"signature", "func Count() (n int64) { return 0 }", "func Count() (n int) { return 0 }", false},
		{"receiver", "func (m *M) Do() {}", "func (m M) Do() {}", false},
		{"field", "type T struct{ n, races int }", "type T struct{ n int }", false},
		{"type parameter", "type T[P any] struct{}", "type T[P comparable] struct{}", false},
		{"alias", "type T = int", "type T int", false},
		{"variable", "var Limit = 1", "var Limit = 1.0", false},
		{"variable that is true", "var On = true", "var On bool = true", false},
		{"what is no Go", "func {", "func {", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name, text string) []string {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("package p\n"+text+"\n"), 0o666))
				return []string{"both.go", name}
			}
			with := &Package{Dir: dir, GoFiles: write("race.go", c.with)}
			without := &Package{Dir: dir, GoFiles: write("norace.go", c.without)}
			assert.Equal(t, c.same, with.offersWhat(without))
			assert.Equal(t, c.same, without.offersWhat(with))
		})
	}
}

// A package all of whose files are for the race detector is no package in another build.
func TestPackageForTheDetectorOnly(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n", "main.go": "//go:build race\n\npackage main\n\nfunc main() {}\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	plain, err := list(t.Context(), dir, false, []string{"-export"}, []string{"."})
	require.NoError(t, err)
	detecting, err := list(t.Context(), dir, false, []string{"-race"}, []string{"."})
	require.NoError(t, err)
	assert.False(t, exportsOf(detecting, plain))
}

// Packages of this module, and one of those it needs, have files of their own for the race
// detector, and are taken as they are built without.
func TestExportDataOfABuildWithout(t *testing.T) {
	plain, err := list(t.Context(), ".", false, []string{"-export"}, []string{"golang.org/x/sys/unix", "../exec", "../../record"})
	require.NoError(t, err)
	detecting, err := list(t.Context(), ".", false, []string{"-race"}, []string{"golang.org/x/sys/unix", "../exec", "../../record"})
	require.NoError(t, err)
	assert.True(t, exportsOf(detecting, plain))
	others := 0
	for _, p := range detecting {
		if !p.Standard {
			assert.NotEmpty(t, p.Export, p.ImportPath)
			if len(apart(p.GoFiles, p.plainFiles)) > 0 {
				others++
			}
		}
	}
	assert.GreaterOrEqual(t, others, 3)
}
