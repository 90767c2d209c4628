package golang

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

// suiteFolder is where the suites lie in the module that is built.
const suiteFolder = "internal/ipccheck/check/"

// write lays everything into an empty folder. Nothing of the submission but the files
// that count gets there.
func (c *course) write(dir string, files map[string][]byte) error {
	all := map[string][]byte{"go.mod": c.goMod, suiteFile: c.generated()}
	for _, group := range []map[string][]byte{c.given, files, c.tests} {
		for name, text := range group {
			all[name] = text
		}
	}
	stand, err := standInFiles()
	if err != nil {
		return err
	}
	for name, text := range stand {
		all[suiteFolder+name] = text
	}
	for _, name := range sortedKeys(all) {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(to, all[name], 0o600); err != nil {
			return err
		}
	}
	return nil
}

// generated is the test file with a function for each scenario.
func (c *course) generated() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s_test\n\nimport (\n\t\"testing\"\n\t\"testing/synctest\"\n\n\tipccheck %q\n)\n", c.name, c.standInPath())
	fmt.Fprint(&b, "\nvar _ testing.TB\n\nfunc init() { ipccheck.Quiet = synctest.Wait }\n")
	for _, t := range c.cases {
		if t.suite != "" {
			fmt.Fprintf(&b, "\nfunc %s(t *testing.T) { ipccheck.Want(%d); %s(t) }\n", t.name, t.scenario, t.suite)
		}
	}
	return b.Bytes()
}

// goFiles are the files of a submission that the compiler is to see, by name.
func goFiles(s *submission.Submission) map[string][]byte {
	files := map[string][]byte{}
	for name, text := range s.Files {
		if path.Ext(name) == ".go" {
			files[name] = text
		}
	}
	return files
}

// besides are the files beside what was handed in that belong to its package, without
// those whose name a file of the staff has.
func (c *course) besides(s *submission.Submission) (names []string) {
	for _, name := range sortedKeys(s.Besides) {
		f, err := parser.ParseFile(token.NewFileSet(), name, s.Besides[name], parser.PackageClauseOnly)
		if _, given := c.given[name]; err == nil && f.Name.Name == c.name && !given {
			names = append(names, name)
		}
	}
	return names
}

// usesTime reports whether a submission imports package time.
func usesTime(s *submission.Submission) bool {
	for name, text := range goFiles(s) {
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, i := range f.Imports {
			if i.Path.Value == `"time"` {
				return true
			}
		}
	}
	return false
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
