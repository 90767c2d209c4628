package rewrite

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
)

// keep writes a text to the cache and returns the file.
func (b *Builder) keep(text []byte) (string, error) {
	sum := sha256.Sum256(text)
	file := filepath.Join(b.Cache, hex.EncodeToString(sum[:])+".go")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	return file, writeFile(file, text)
}

// writeFile writes a file at once: another process sees all of it or nothing.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
