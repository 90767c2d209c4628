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
	{regexp.MustCompile(`(?m)^[ \t]*#[ \t]*pragma[ \t]+omp\b|_Pragma[ \t]*\([ \t]*"omp\b`), "OpenMP is not controlled"},
}

// directives says where the files of a program, as the compiler lists them in a file of
// dependencies, have such a thing.
func directives(dir, dependencies string) (list []string) {
	text, err := os.ReadFile(dependencies)
	if err != nil {
		return nil // the compiler has made it
	}
	_, names, _ := strings.Cut(strings.ReplaceAll(string(text), "\\\n", " "), ":")
	for _, name := range strings.Fields(names) {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, name)
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
