package assignment

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// template is an assignment to start from. Files whose names end in .txt lose that.
//
//go:embed template
var template embed.FS

// Init writes an assignment to start from into a folder that is empty or not there.
func Init(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return &Error{File: dir, Text: "the folder is not empty", Remedy: "name one that is, or that is not there"}
	}
	return fs.WalkDir(template, "template", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimSuffix(strings.TrimPrefix(name, "template"), ".txt"))
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		text, err := template.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o644)
	})
}
