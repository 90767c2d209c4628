package rewrite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCacheIsTrimmed(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	put := func(name string, size int, idle time.Duration) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, make([]byte, size), 0o600))
		require.NoError(t, os.Chtimes(path, now.Add(-idle), now.Add(-idle)))
		return path
	}
	named := func(digit, suffix string) string { return strings.Repeat(digit, 64) + suffix }
	old, oldest := put(named("0", ".go"), 10, 3*time.Hour), put(named("1", ".bin.sum"), 10, 5*time.Hour)
	used, new := put(named("2", ".bin.77"), 10, 2*time.Hour), put(named("3", ".json"), 1000, time.Minute)
	gone := put(".new12", 1, 15*24*time.Hour)
	put("mod-0123456789abcdef/a/b", 7, time.Minute)
	mod := filepath.Join(dir, "mod-0123456789abcdef")
	other := put("thesis.txt", 5000, 1000*24*time.Hour)
	require.NoError(t, os.Chtimes(mod, now.Add(-15*24*time.Hour), now.Add(-15*24*time.Hour)))
	size, n := CacheUse(dir)
	assert.Equal(t, 6, n)
	assert.GreaterOrEqual(t, size, uint64(1038))

	TrimCache(dir, CacheAge, CacheSize, now)
	assert.NoFileExists(t, gone)
	assert.NoDirExists(t, mod)
	assert.FileExists(t, oldest)

	TrimCache(dir, CacheAge, 1020, now)
	assert.NoFileExists(t, oldest)
	assert.FileExists(t, old)

	TrimCache(dir, CacheAge, 1, now)
	assert.NoFileExists(t, old)
	assert.NoFileExists(t, used)
	assert.FileExists(t, new, "it was used just now")

	require.NoError(t, ClearCache(dir))
	assert.NoFileExists(t, new)
	assert.FileExists(t, other, "it is no entry")
}

func TestCacheOfOthersIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	require.NoError(t, openCache(dir))
	for _, mode := range []os.FileMode{0o777, 0o770, 0o702 | os.ModeSticky} {
		require.NoError(t, os.Chmod(dir, mode))
		assert.ErrorContains(t, openCache(dir), "another user could write to the cache", mode)
	}
	require.NoError(t, os.Chmod(dir, 0o755))
	assert.NoError(t, openCache(dir))
	assert.ErrorContains(t, openCache("/dev/null/x"), CacheEnv)
}

// What is damaged in the cache is made anew.
func TestDamagedEntriesAreMissing(t *testing.T) {
	b := &Builder{Cache: t.TempDir()}
	file, err := b.keep([]byte("package p"))
	require.NoError(t, err)
	r := &rewritten{Files: map[string]string{"p.go": file}}
	assert.True(t, r.complete())
	require.NoError(t, os.WriteFile(file, []byte("package q"), 0o600))
	assert.False(t, r.complete())
	again, err := b.keep([]byte("package p"))
	require.NoError(t, err)
	assert.Equal(t, file, again)
	assert.True(t, r.complete())

	binary := filepath.Join(b.Cache, "x.bin")
	assert.False(t, sealed(binary))
	require.NoError(t, os.WriteFile(binary+".1", []byte("program"), 0o700))
	require.NoError(t, seal(binary+".1", binary))
	assert.True(t, sealed(binary))
	require.NoError(t, os.Truncate(binary, 3))
	assert.False(t, sealed(binary))
}
