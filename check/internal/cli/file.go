package cli

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile writes a file, all of it or nothing; errors begin with the prefix.
func writeFile(name, prefix string, b []byte) error {
	if err := replace(name, b); err != nil {
		return usagef("%s: %v", prefix, err)
	}
	return nil
}

// replace writes the file beside its name and then gives it that. What is no
// regular file, as a device, or stands where no other can be made, is written in
// place.
func replace(name string, b []byte) error {
	target, mode := name, fs.FileMode(0o666)
	if real, err := filepath.EvalSymlinks(name); err == nil {
		target = real
	}
	old, err := os.Stat(target)
	if err == nil && !old.Mode().IsRegular() {
		return os.WriteFile(name, b, mode)
	}
	f, openErr := os.OpenFile(target+".new-"+rand.Text(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if openErr != nil {
		return os.WriteFile(name, b, mode)
	}
	_, werr := f.Write(b)
	if err == nil {
		werr = errors.Join(werr, f.Chmod(old.Mode().Perm()))
	}
	werr = errors.Join(werr, f.Close())
	if werr == nil {
		werr = os.Rename(f.Name(), target)
	}
	if werr != nil {
		_ = os.Remove(f.Name())
		return &fs.PathError{Op: "write", Path: name, Err: reason(werr)}
	}
	return nil
}

// reason is why an operation on a file failed, without the name of that.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
