// Package fetch gets modules from the module proxy, as main modules: their own
// tests can be run there.
package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Module copies a module, written path@version, out of the module cache, into a
// folder of its own that the caller removes. It is downloaded if it is not in the
// cache. A module from before go.mod files gets one, with the newest versions of
// what it imports.
func Module(ctx context.Context, module string) (dir string, err error) {
	out, err := output(ctx, "", "mod", "download", "-json", module)
	if err != nil {
		return "", err
	}
	var info struct{ Path, Dir string }
	if err := json.Unmarshal(out, &info); err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "module-"); err != nil {
		return "", err
	}
	if err := unpack(ctx, dir, info.Dir, info.Path); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}

// unpack copies a module, and makes what it copies writable: the cache is not.
func unpack(ctx context.Context, dir, from, path string) error {
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		return err
	}
	if err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, 0o755)
	}); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return nil
	}
	if _, err := output(ctx, dir, "mod", "init", path); err != nil {
		return err
	}
	_, err := output(ctx, dir, "mod", "tidy")
	return err
}

func output(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("go %s: %w: %s", strings.Join(args[:2], " "), err, strings.TrimSpace(errs.String()+string(out)))
	}
	return out, err
}
