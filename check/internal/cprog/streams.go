package cprog

import (
	"fmt"
	"regexp"
	"strings"
)

// What functions of the C++ library do that are not compiled as the program is, by their names:
// those of streams, which may have a string as well. See streams.c of the runtime.
var (
	ofStream  = regexp.MustCompile(`^_ZNK?S[oid][a-z\d]|^_ZSt[^N]*RSt13basic_[io]stream|^_ZNK?R?St7__cxx11\d+basic_[io]?stringstreamI\w+E3str`)
	ofState   = regexp.MustCompile(`^_ZNK?St9basic_iosI\w+E(?:\d|[nc])`)
	ofMany    = regexp.MustCompile(`^_ZNK`)
	ofText    = regexp.MustCompile(`R(K?)N(?:St7__cxx11|S\d*_)12basic_stringI`)
	returned  = regexp.MustCompile(`3strEv$`)
	beginning = regexp.MustCompile(`[IE]C[12]E`) // what it begins is nobody else's yet
)

const ofBytes = "_ZSt11_Hash_bytesPKvmm"

// The words of streams.c for what they do.
const (
	aStream = 1 << iota
	aState
	second
	readOnly
	textRead
	textWritten

	bytesRead = aStream | aState
)

// touches says what a function does to its arguments, 0 if nothing of that kind.
func touches(name string) (what int) {
	switch {
	case name == ofBytes:
		return bytesRead
	case beginning.MatchString(name):
		return 0
	case ofStream.MatchString(name):
		what = aStream
	case ofState.MatchString(name):
		what = aState
	default:
		return 0
	}
	if returned.MatchString(name) {
		what |= second
	}
	if ofMany.MatchString(name) {
		what |= readOnly
	}
	if m := ofText.FindStringSubmatch(name); m != nil && what&aStream != 0 && !strings.Contains(name, "Iw") {
		what |= textWritten
		if m[1] != "" {
			what ^= textWritten | textRead
		}
	}
	return what
}

// touching is a function, in assembly, that says what another one does and goes on with it.
func touching(as, name string, what int) string {
	lines := []string{
		".text", ".globl " + as, as + ":", "push %rbp", "mov %rsp, %rbp",
		"push %rdi", "push %rsi", "push %rdx", "push %rcx", "push %r8", "push %r9",
		"sub $16, %rsp", "movsd %xmm0, (%rsp)",
		"mov 8(%rbp), %rcx", "mov %rsi, %rdx", "mov %rdi, %rsi", fmt.Sprintf("mov $%d, %%edi", what), "call ipc_touches",
		"movsd (%rsp), %xmm0", "add $16, %rsp",
		"pop %r9", "pop %r8", "pop %rcx", "pop %rdx", "pop %rsi", "pop %rdi", "pop %rbp",
		"jmp *" + name + "@GOTPCREL(%rip)",
	}
	return `__asm__("` + strings.Join(lines, `\n`) + "\\n\");\n"
}

// ofFiles are functions of the C++ library that open files.
var ofFiles = regexp.MustCompile(`^_ZNSt\d+basic_([io]?f(?:stream|ilebuf))I|^_ZNSt10(filesystem)`)

// opensFiles is the class of the C++ library that a function belongs to which opens files, ""
// if it is none. What only computes with names of files opens none.
func opensFiles(name string) string {
	if strings.HasPrefix(name, "_ZNSt10filesystem7__cxx114path") {
		return ""
	}
	if m := ofFiles.FindStringSubmatch(name); m != nil {
		return "std::" + m[1] + m[2]
	}
	return ""
}
