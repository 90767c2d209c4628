package picture

import "strings"

// Files counts where things happen. The zero value has counted nothing.
type Files struct {
	// Main is the file in which most happens: one of the user's module, if there is any.
	Main  string
	count map[string]int
}

// Count counts a position.
func (f *Files) Count(position string) {
	file, _ := FileLine(position)
	if file == "" {
		return
	}
	if f.count == nil {
		f.count = map[string]int{}
	}
	f.count[file]++
	switch theirs, mine := dependency(f.Main), dependency(file); {
	case f.Main == "", theirs && !mine, theirs == mine && f.count[file] > f.count[f.Main]:
		f.Main = file
	}
}

// dependency reports whether a file is of another module, which has a version.
func dependency(file string) bool { return strings.Contains(file, "@v") }
