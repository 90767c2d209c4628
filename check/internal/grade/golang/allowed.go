package golang

import (
	"slices"
	"strings"
)

// Packages of the standard library that a submission may import without being asked.
// They give it no way to what it must not reach: files, processes, the network, memory,
// the tests.
var allowedPackages = strings.Fields(`
	bufio bytes cmp container/heap container/list container/ring context
	crypto/md5 crypto/rand crypto/sha1 crypto/sha256 crypto/sha512
	encoding/base64 encoding/binary encoding/hex encoding/json errors fmt
	hash hash/crc32 hash/fnv hash/maphash io iter log log/slog maps
	math math/big math/bits math/cmplx math/rand math/rand/v2 os regexp runtime
	slices sort strconv strings sync sync/atomic text/tabwriter text/template time
	unicode unicode/utf16 unicode/utf8 unique`)

// Of these packages a submission may use no more than this.
var partly = map[string][]string{
	"os":      {"Stdout", "Stderr", "Exit", "File", "Getpid", "ErrClosed", "ErrDeadlineExceeded", "ErrInvalid"},
	"runtime": {"Gosched", "NumCPU", "NumGoroutine", "GOMAXPROCS", "GC", "KeepAlive", "GOOS", "GOARCH", "Error", "Version"},
}

// ofFiles are the methods of os.File that a submission may use, of standard output for
// instance: what it writes, it may. The others say, or lead to, what is not the same everywhere.
var ofFiles = strings.Fields("Close Fd Name ReadFrom Sync Write WriteString")

// usualPackages are those whose types are looked up from the beginning.
func usualPackages() []string {
	return append(slices.Clone(allowedPackages), "testing", "testing/synctest")
}

// allowedDirectives are comments for the compiler that a submission may have.
var allowedDirectives = []string{"//go:generate", "//go:noinline", "//go:inline", "//go:fix"}
