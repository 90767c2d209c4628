package explain

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/ipccheck/ipccheck/check/verdict"
)

//go:embed IPC*
var folders embed.FS

// all reads the folders once. They are part of the program, so a mistake in
// them is one of the program.
var all = sync.OnceValue(func() []Fault {
	out, err := read(folders)
	if err != nil {
		panic(err)
	}
	return out
})

// read returns the faults whose folders the file system holds, in the order of
// their names.
func read(fsys fs.FS) ([]Fault, error) {
	names, err := fs.Glob(fsys, "*/fault.md")
	if err != nil {
		return nil, err
	}
	var out []Fault
	for _, name := range names {
		f, err := readOne(fsys, path.Dir(name))
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func readOne(fsys fs.FS, dir string) (Fault, error) {
	var text [3]string
	for i, name := range []string{"fault.md", "wrong.go.txt", "right.go.txt"} {
		b, err := fs.ReadFile(fsys, path.Join(dir, name))
		if err != nil {
			return Fault{}, err
		}
		text[i] = string(b)
	}
	f, err := parse(text[0])
	if err == nil && string(f.Code) != dir {
		err = fmt.Errorf("the code is %s, expected the folder's name", f.Code)
	}
	if err != nil {
		return Fault{}, fmt.Errorf("%s/fault.md: %w", dir, err)
	}
	f.Wrong, f.Right = text[1], text[2]
	return f, nil
}

// parse reads a fault.md: "# CODE title", a summary, and the sections Meaning,
// Mend, Reported by and, if there is one, See it.
func parse(text string) (Fault, error) {
	first, rest, _ := strings.Cut(text, "\n")
	code, title, ok := strings.Cut(strings.TrimPrefix(first, "# "), " ")
	if !ok || !strings.HasPrefix(first, "# ") {
		return Fault{}, fmt.Errorf("the first line is %q, expected a heading as in # IPC001 deadlock", first)
	}
	summary, sections, _ := strings.Cut(rest, "\n## ")
	f := Fault{Code: verdict.Code(code), Title: title, Summary: strings.Join(strings.Fields(summary), " ")}
	for _, s := range strings.Split("\n"+sections, "\n## ") {
		heading, body, _ := strings.Cut(strings.TrimPrefix(s, "\n"), "\n")
		body = strings.TrimSpace(body) + "\n"
		switch heading {
		case "Meaning":
			f.Meaning = body
		case "Mend":
			f.Mend = body
		case "Reported by":
			if body != "nothing\n" {
				f.Reported = strings.Split(strings.TrimSpace(body), ", ")
			}
		case "See it":
			f.See = strings.TrimSpace(body)
		default:
			return Fault{}, fmt.Errorf("section %q: expected Meaning, Mend, Reported by or See it", heading)
		}
	}
	if f.Summary == "" || f.Meaning == "" || f.Mend == "" {
		return Fault{}, errors.New("a summary, a section Meaning and a section Mend are needed")
	}
	return f, nil
}
