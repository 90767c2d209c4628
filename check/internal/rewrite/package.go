package rewrite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Package is a package as the go command lists it.
type Package struct {
	ImportPath string
	Name       string
	Dir        string
	Export     string // file with its export data
	Standard   bool
	DepOnly    bool
	ForTest    string
	GoFiles    []string
	CgoFiles   []string
	SFiles     []string
	EmbedFiles []string
	Deps       []string
	ImportMap  map[string]string
	Module     *struct {
		Path, GoVersion string
		Main            bool
	}
	TestGoFiles, XTestGoFiles []string
	Error                     *struct{ Pos, Err string }
	DepsErrors                []*struct{ Pos, Err string }

	plainFiles []string // of the build whose export data it has, if that is another
}

// path is the import path without the mark of a variant that is built for a test.
func (p *Package) path() string {
	path, _, _ := strings.Cut(p.ImportPath, " ")
	return path
}

// goFiles are the paths of its Go files, without those that use cgo.
func (p *Package) goFiles() []string { return p.paths(p.GoFiles) }

// paths are those of files of the package.
func (p *Package) paths(files []string) []string {
	paths := slices.Clone(files)
	for i, name := range paths {
		if !filepath.IsAbs(name) {
			paths[i] = filepath.Join(p.Dir, name)
		}
	}
	return paths
}

// goCommand runs the go command and returns what it writes to stdout.
func goCommand(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	return runGo(ctx, "go", dir, env, args...)
}

func runGo(ctx context.Context, program, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, errors.New("there is no go command in the PATH: ipccheck builds what it checks with it")
		}
		text := strings.TrimSpace(errs.String())
		if text == "" {
			text = err.Error()
		}
		return out.Bytes(), errors.New(text)
	}
	return out.Bytes(), nil
}

// list lists packages, with all that they depend on and their tests. With "-export" among the
// flags it builds the export data of each.
func list(ctx context.Context, dir string, tests bool, flags, patterns []string) ([]*Package, error) {
	args := []string{"list", "-e", "-deps", "-json=ImportPath,Name,Dir,Export,Standard,DepOnly,ForTest,GoFiles,CgoFiles,SFiles,EmbedFiles,Deps,ImportMap,Module,TestGoFiles,XTestGoFiles,Error,DepsErrors"}
	if tests {
		args = append(args, "-test")
	}
	args = append(append(append(args, flags...), "--"), patterns...)
	out, err := goCommand(ctx, dir, nil, args...)
	if err != nil {
		return nil, err
	}
	var pkgs []*Package
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(Package)
		if err := d.Decode(p); err == io.EOF {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("what go list says cannot be read: %w", err)
		}
		pkgs = append(pkgs, p)
	}
}

// version is the version of the language that the package is written in.
func (p *Package) version() string {
	switch {
	case p.Module == nil && (p.Standard || p.path() == "command-line-arguments"):
		return ""
	case p.Module == nil || p.Module.GoVersion == "":
		return "go1.16"
	}
	return "go" + p.Module.GoVersion
}
