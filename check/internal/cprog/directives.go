package cprog

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// unseenText is what a source can say to the compiler that would keep accesses from
// being seen.
var unseenText = []struct {
	text *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`(?m)^[ \t]*#[ \t]*undef[ \t]+\w*sanitize\w*`), "an attribute may say that accesses are not to be seen"},
	{regexp.MustCompile(`(?m)^[ \t]*#[ \t]*pragma[ \t]+omp\b|_Pragma[ \t]*\([ \t]*"omp\b`), "OpenMP is not controlled: threads of pthread_create are"},
}

// includesOf are the files that a source is made of, as the compiler lists them in a file of
// dependencies.
func includesOf(dependencies string) []string {
	text, err := os.ReadFile(dependencies)
	if err != nil {
		return nil // the compiler has made it
	}
	_, names, _ := strings.Cut(strings.ReplaceAll(string(text), "\\\n", " "), ":")
	return strings.Fields(names)
}

// directives says where files of a program have such a thing.
func (p *Program) directives(files []string) (list []string) {
	for _, name := range files {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.dir, name)
		}
		if ofSystem(path) {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			continue // a name with a space in it
		}
		source = bytes.ReplaceAll(source, []byte("\\\n"), nil)
		for _, u := range unseenText {
			if at := u.text.FindIndex(source); at != nil {
				list = append(list, fmt.Sprintf("%s (%s:%d)", u.why, filepath.Base(name), 1+bytes.Count(source[:at[1]], []byte("\n"))))
			}
		}
	}
	return list
}

// ofSystem reports whether a file is one of the system's.
func ofSystem(path string) bool { return strings.HasPrefix(filepath.Clean(path), "/usr/") }

// elsewhere finds a file of a program that is neither in its folder nor the system's, nor the
// compiler's.
func (p *Program) elsewhere(compiler string, files []string) error {
	if real, err := filepath.EvalSymlinks(compiler); err == nil {
		compiler = real
	}
	for _, name := range files {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.dir, name)
		}
		inside := ofSystem(path)
		for _, dir := range []string{p.dir, p.scratch, filepath.Dir(filepath.Dir(compiler))} {
			rel, err := filepath.Rel(dir, path)
			inside = inside || err == nil && filepath.IsLocal(rel)
		}
		if !inside {
			return &CompileError{fmt.Sprintf("%s: it is not in the folder of the program, and cannot be included", name)}
		}
	}
	return nil
}
