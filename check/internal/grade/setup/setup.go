// Package setup writes the files with which platforms of courses run the grader.
package setup

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/format"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// files are templates, whose actions stand in [[ and ]]: those of others stand in {{.
//
//go:embed all:files
var files embed.FS

// Platforms are the names of those for which there are files, in order.
func Platforms() []string {
	list, err := fs.ReadDir(files, "files")
	if err != nil {
		panic(err) // they are in the program
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// Write writes the files for a platform and an assignment into a folder, which it makes
// if need be, and returns their names. It is an error if one of them is there already:
// then nothing is written.
func Write(platform string, a *assignment.Assignment, dir string) ([]string, error) {
	root := path.Join("files", platform)
	texts := map[string][]byte{}
	var names []string
	err := fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fill(name, a)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(name, root+"/")))
		if _, err := os.Lstat(to); err == nil {
			return fmt.Errorf("%s is there already", words.Quote(to))
		}
		texts[to], names = text, append(names, to)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return nil, err
		}
		mode := fs.FileMode(0o644)
		if bytes.HasPrefix(texts[name], []byte("#!")) {
			mode = 0o755
		}
		if err := os.WriteFile(name, texts[name], mode); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// fill is a file with what the assignment says.
func fill(name string, a *assignment.Assignment) ([]byte, error) {
	functions := template.FuncMap{
		"runner": format.Runner, "upper": strings.ToUpper,
		"quote": func(s string) (string, error) {
			text, err := json.Marshal(s)
			return string(text), err
		},
	}
	t, err := template.New(path.Base(name)).Delims("[[", "]]").Funcs(functions).ParseFS(files, name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, a)
	return b.Bytes(), err
}
