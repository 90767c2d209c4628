package cprog

import (
	"context"
	"debug/elf"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// symbols are the names of an object file.
type symbols struct {
	defined, undefined []string
	weak, static       []string // defined, if nobody else does; functions for the file alone
	constructors       bool     // functions are executed before main
	assembly           bool     // it has some of its own
	before             uint64   // the size of all tables of functions that are executed before main
}

func symbolsOf(object string) (symbols, error) {
	var s symbols
	f, err := elf.Open(object)
	if err != nil {
		return s, err
	}
	defer f.Close()
	list, err := f.Symbols()
	if err != nil {
		return s, err
	}
	for _, y := range list {
		bind := elf.ST_BIND(y.Info)
		switch {
		case y.Name == "":
		case bind == elf.STB_LOCAL && elf.ST_TYPE(y.Info) != elf.STT_FUNC:
		case bind == elf.STB_LOCAL:
			s.static = append(s.static, y.Name)
		case y.Section == elf.SHN_UNDEF:
			s.undefined = append(s.undefined, y.Name)
		case bind == elf.STB_GLOBAL:
			s.defined = append(s.defined, y.Name)
		default:
			s.weak = append(s.weak, y.Name)
		}
	}
	for _, section := range f.Sections {
		for _, name := range []string{".init_array", ".preinit_array", ".ctors", ".init"} {
			// The compiler's own initialiser is ThreadSanitizer's: see tsanInit.
			if strings.HasPrefix(section.Name, name) && section.Size > tsanInit {
				s.constructors = true
			}
		}
		if strings.HasPrefix(section.Name, ".init_array") {
			s.before += section.Size
		}
	}
	return s, nil
}

// uses reports whether functions of a class of the C++ library's headers are in the program.
func (p *Program) uses(class string) bool {
	for _, s := range p.symbols {
		if slices.ContainsFunc(s.weak, func(name string) bool { return strings.Contains(name, class) }) {
			return true
		}
	}
	return false
}

// needs reports whether the program calls a function whose name has this in it.
func (p *Program) needs(part string) bool {
	for _, s := range p.symbols {
		if slices.ContainsFunc(s.undefined, func(name string) bool { return strings.Contains(name, part) }) {
			return true
		}
	}
	return false
}

// tsanInit is the size of the table with the one function that calls __tsan_init.
const tsanInit = 8

// globals are the names that an object file defines.
func globals(object string) (map[string]bool, error) {
	s, err := symbolsOf(object)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, n := range s.defined {
		names[n] = true
	}
	return names, nil
}

// ownName reports whether a name belongs to the runtime, and is none that the header for
// harnesses uses: who called it could end an execution as he likes.
func ownName(name string) bool {
	return strings.HasPrefix(name, "ipc_") && !ofHeader(name)
}

// ofHeader reports whether a name of the runtime is one that the header for harnesses uses.
func ofHeader(name string) bool { return strings.HasPrefix(name, "ipc_harness_") }

// copies are the functions that copy memory: calls of them are renamed, so that their
// accesses are seen.
var copies = []string{"memcpy", "memmove", "memset", "memcmp", "strlen", "strcpy", "strncpy", "strcat", "strcmp", "strncmp", "strdup",
	"strncat", "strndup", "strchr", "strrchr", "strstr", "strtok", "printf", "fprintf", "sprintf", "snprintf", "vsnprintf", "vfprintf", "puts", "fputs",
	"asctime", "ctime", "gmtime", "localtime", "getenv", "setenv", "unsetenv", "putenv", "clearenv",
	"memchr", "strnlen", "stpcpy", "mempcpy", "bzero", "atoi", "atol", "atoll", "atof", "strtol", "strtoul", "strtoll", "strtoull", "strtod", "strtof",
	"strcasecmp", "strncasecmp", "strspn", "strcspn", "strpbrk", "strcasestr", "qsort", "sscanf", "vsscanf", "vprintf", "vsprintf",
	"__isoc99_scanf", "__isoc99_fscanf", "__isoc99_sscanf", "__isoc99_vsscanf", "__isoc23_scanf", "__isoc23_fscanf", "__isoc23_sscanf", "__isoc23_vsscanf",
	"__isoc23_strtol", "__isoc23_strtoul", "__isoc23_strtoll", "__isoc23_strtoull",
	"fwrite", "putchar", "fputc", "putc", "fflush", "fclose", "perror", "getchar", "fgetc", "getc", "fread", "fgets", "getdelim", "getline", "fscanf", "scanf", "dprintf", "vdprintf",
	"setvbuf", "setbuf", "setbuffer", "setlinebuf",
	"strtok_r", "strsep", "index", "rindex", "strchrnul", "memrchr", "memmem", "memccpy", "stpncpy", "strcoll", "strverscmp", "strxfrm", "strtoimax", "strtoumax", "swab",
	"strftime", "localtime_r", "gmtime_r", "mktime", "timegm", "frexp", "modf", "asprintf", "vasprintf",
}

// signalCalls are functions by which a program sends signals, or handles them, or cancels
// threads.
var signalCalls = map[string]int32{"kill": 1, "killpg": 1, "pthread_kill": 1, "signal": 2, "sigaction": 2, "sigwait": 2, "sigwaitinfo": 2, "sigtimedwait": 2, "pthread_cancel": 4}

// harmless reports whether a function of the C library does nothing that has to do with
// threads, processes or files: it computes, or writes to a stream.
func harmless(name string) bool {
	name = strings.TrimPrefix(name, "__isoc99_")
	name = strings.TrimPrefix(name, "__isoc23_")
	return slices.Contains(copies, name) || slices.Contains(pure, name) || strings.HasPrefix(name, "_Z") && opensFiles(name) == "" || strings.HasPrefix(name, "__cxa_") || strings.HasPrefix(name, "__gxx_")
}

var pure = strings.Fields(`
printf fprintf sprintf snprintf vprintf vfprintf vsprintf vsnprintf putc_unlocked putchar_unlocked
strerror strerror_r strsignal psignal scanf sscanf fscanf vscanf vsscanf vfscanf ungetc feof ferror clearerr
setvbuf setbuf setlinebuf fileno flockfile funlockfile stdin stdout stderr environ __environ
memmem mempcpy strcasestr strcoll strtoimax strtoumax imaxabs rint lrint llround llrint nearbyint fmodf cbrt hypot exp2 log1p expm1 sinh cosh tanh ceilf floorf fabsf frexp ldexp modf timegm
atoi atol atoll atof strtol strtoul strtoll strtoull strtod strtof abs labs llabs div ldiv qsort bsearch
strtok strtok_r strchr strrchr strstr strcasecmp strncasecmp strnlen strspn strcspn strpbrk strsep strncat stpcpy memchr memrchr basename index rindex bzero
isalpha isdigit isalnum isspace isupper islower ispunct isprint isxdigit iscntrl isgraph toupper tolower __ctype_b_loc __ctype_toupper_loc __ctype_tolower_loc
__errno_location errno getenv setlocale localtime localtime_r gmtime gmtime_r mktime strftime ctime difftime asctime
memccpy wcslen rawmemchr strchrnul strverscmp stpncpy strxfrm swab ffs lfind lsearch asprintf vasprintf setenv unsetenv putenv uname gethostname
sigisemptyset sigorset sigandset __libc_current_sigrtmin __libc_current_sigrtmax clock_getres pthread_attr_setstack pthread_attr_getstack pthread_attr_setaffinity_np
expf logf sinf cosf tanf fma nan lgamma tgamma erf remainder fdim imaxdiv sin cos tan asin acos atan atan2 exp log log2 log10 pow sqrt ceil floor round trunc fabs fmod fmin fmax lround sqrtf powf
htons htonl ntohs ntohl getopt getopt_long optarg optind opterr optopt getpagesize sysconf get_nprocs getuid geteuid getgid getegid getrlimit setbuffer
pthread_attr_init pthread_attr_destroy pthread_attr_setdetachstate pthread_attr_getdetachstate pthread_attr_setstacksize pthread_attr_getstacksize pthread_attr_setscope pthread_attr_setinheritsched pthread_attr_setschedpolicy pthread_attr_setschedparam
pthread_attr_getscope pthread_attr_getinheritsched pthread_attr_getschedpolicy pthread_attr_getschedparam pthread_attr_setguardsize pthread_attr_getguardsize sched_get_priority_min sched_get_priority_max
pthread_mutexattr_init pthread_mutexattr_destroy pthread_mutexattr_settype pthread_mutexattr_gettype pthread_mutexattr_setpshared pthread_mutexattr_setprotocol pthread_mutexattr_setrobust
pthread_mutexattr_getpshared pthread_mutexattr_getprotocol pthread_mutexattr_getrobust pthread_mutexattr_setprioceiling pthread_mutexattr_getprioceiling
pthread_condattr_init pthread_condattr_destroy pthread_condattr_setclock pthread_condattr_setpshared pthread_condattr_getclock pthread_condattr_getpshared
pthread_rwlockattr_init pthread_rwlockattr_destroy pthread_rwlockattr_setpshared pthread_rwlockattr_getpshared pthread_rwlockattr_setkind_np pthread_rwlockattr_getkind_np pthread_barrierattr_init pthread_barrierattr_destroy pthread_barrierattr_setpshared
__sched_cpucount __sched_cpualloc __sched_cpufree __once_proxy __libc_single_threaded ftok sigemptyset sigaddset sigfillset sigdelset sigismember
setjmp _setjmp __sigsetjmp
_GLOBAL_OFFSET_TABLE_ __dso_handle _Unwind_Resume __stack_chk_fail __assert_fail __tls_get_addr
`)

// insteadOf says what is controlled of what does the same as functions that are not, by how
// their names begin.
var insteadOf = []struct{ names, instead string }{
	{"sigqueue", "kill and pthread_kill are"},
	{"timer_ timerfd_", "alarm and setitimer are"},
	{"signalfd", "sigwait is"},
	{"epoll_ ppoll pselect", "poll and select are"},
	{"popen pclose", "pipe, fork and dup2 are"},
	{"system exec posix_spawn clone", "fork is, and a function of the program in the child"},
	{"omp_ GOMP_ __kmpc_", "threads of pthread_create are"},
	{"getcontext makecontext setcontext swapcontext", "threads of pthread_create are"},
	{"socket bind listen accept connect", "socketpair is"},
	{"flock lockf", "mutexes and semaphores are"},
	{"aio_ splice tee vmsplice sendfile", "read and write are"},
	{"memfd_create", "shm_open is"},
	{"setrlimit", "getrlimit is"},
	{"mq_notify", "mq_receive in a thread is"},
	{"dlopen dlsym", "files that are given beside the program are"},
	{"tmpfile mkstemp opendir stat lstat std::", "pipes, standard input and output are"},
}

// remedy is the end of what is said of a function that is not controlled.
func remedy(function string) string {
	for _, i := range insteadOf {
		for _, begin := range strings.Fields(i.names) {
			if strings.HasPrefix(function, begin) {
				return ": " + i.instead
			}
		}
	}
	return ""
}

// touched are the functions of the C++ library that the program calls, and which touch streams.
func (p *Program) touched() []string {
	names := map[string]bool{}
	for _, s := range p.symbols {
		for _, n := range s.undefined {
			if touches(n) != 0 {
				names[n] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// stubs makes of each function that is not known one that says so when it is called, and
// renames it, and what copies memory, in the objects; and of each of the C++ library's that
// touches streams one that says so. What the program has itself is not what the C library calls so.
func (p *Program) stubs(ctx context.Context, compiler string, objects []string, unknown, own map[string]bool) ([]string, error) {
	objcopy := filepath.Join(filepath.Dir(compiler), "objcopy")
	if _, err := os.Stat(objcopy); err != nil {
		objcopy = "objcopy"
	}
	args := []string{}
	for _, c := range copies {
		if !own[c] {
			args = append(args, "--redefine-sym", c+"=ipc_"+c)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(own)) {
		args = append(args, "--redefine-sym", n+"=program_"+n)
	}
	var text strings.Builder
	rename := func(name, as string) string {
		args = append(args, "--redefine-sym", name+"="+as)
		return as
	}
	text.WriteString("void ipc_unsupported(const char *, unsigned long);\n")
	for i, n := range slices.Sorted(maps.Keys(unknown)) {
		told := n
		if class := opensFiles(n); class != "" {
			told = class
		}
		fmt.Fprintf(&text, "void %s(void) { ipc_unsupported(\"the program calls %s, which is not controlled%s\", (unsigned long)__builtin_return_address(0)); }\n", rename(n, fmt.Sprint("ipc_stub_", i)), told, remedy(told))
	}
	touched := p.touched()
	for i, n := range touched {
		text.WriteString(touching(rename(n, fmt.Sprint("ipc_touch_", i)), n, touches(n)))
	}
	for _, o := range objects {
		if err := p.tool(ctx, objcopy, append(slices.Clone(args), o)...); err != nil {
			return nil, err
		}
	}
	if len(unknown)+len(touched) == 0 {
		return nil, nil
	}
	source := filepath.Join(p.scratch, "stubs.c")
	if err := os.WriteFile(source, []byte(text.String()), 0o600); err != nil {
		return nil, err
	}
	if err := p.tool(ctx, compiler, "-O1", "-w", "-fno-pie", "-c", "-o", source+".o", source); err != nil {
		return nil, err
	}
	return []string{source + ".o"}, nil
}
