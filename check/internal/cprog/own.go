package cprog

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
)

// A program may have functions and variables of its own that are called as what the C library
// has, such as wait and signal of semaphores, or send: if no header that it includes
// declares that, and if it is no function by which threads, memory, or the end of a program are had.

// basic are the functions that are nobody's own, as those are whose names begin with ofThreads.
var basic = strings.Fields(`
malloc calloc realloc reallocarray free memalign valloc
exit abort atexit fork vfork longjmp siglongjmp raise syscall
`)

// ofThreads is how names begin that are taken.
var ofThreads = regexp.MustCompile(`^(?:_|pthread_|sem_|mtx_|cnd_|thrd_|tss_|call_once|program_)`)

// reserved reports whether no program may have a name for something of its own.
func reserved(name string) bool { return ofThreads.MatchString(name) || slices.Contains(basic, name) }

// declared reports whether one of the system's headers among these files declares a function.
func (p *Program) declared(name string, files []string) bool {
	declaration := regexp.MustCompile(`\bextern\b[^;{}]*\b` + regexp.QuoteMeta(name) + `\s*\(`)
	return slices.ContainsFunc(files, func(file string) bool {
		if !ofSystem(file) {
			return false
		}
		text, err := os.ReadFile(file)
		return err == nil && bytes.Contains(text, []byte(name)) && declaration.Match(text)
	})
}
