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

// writable makes sure that writeFile can write a file, before any work is done, and
// leaves what is there as it is.
func writable(name, prefix string) error {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return usagef("%s: %s is a directory: expected the name of a file", prefix, name)
	case err == nil && !info.Mode().IsRegular():
		return nil // opening it may wait, or tell somebody that all has been written
	}
	f, openErr := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o666)
	if openErr != nil {
		return usagef("%s: %v", prefix, openErr)
	}
	_ = f.Close()
	if err == nil {
		return nil
	}
	if made, err := filepath.EvalSymlinks(name); err == nil {
		_ = os.Remove(made)
	}
	return nil
}

// creatable makes sure that a directory is there, or can be made, with files in it, and
// leaves nothing.
func creatable(dir, prefix string) error {
	there := dir
	for {
		if _, err := os.Stat(there); err == nil || there == filepath.Dir(there) {
			break
		}
		there = filepath.Dir(there)
	}
	f, err := os.CreateTemp(there, ".new-")
	if err != nil {
		return usagef("%s: %v", prefix, &fs.PathError{Op: "write to", Path: dir, Err: reason(err)})
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
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
