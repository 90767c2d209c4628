package logfile

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// packed are the first bytes of files that a program must unpack first.
var packed = []struct{ magic, what, unpack string }{
	{"\x28\xb5\x2f\xfd", "zstd", "zstd -dc"},
	{"\xfd7zXZ\x00", "xz", "xz -dc"},
	{"BZh", "bzip2", "bzip2 -dc"},
	{"PK\x03\x04", "a zip archive", "unzip -p"},
}

const byteOrderMark = "\ufeff"

// unpack unpacks gzip, passes over a byte-order mark, and says of a file that is no
// text what it is.
func (in *input) unpack() error {
	head, err := in.head()
	if err != nil {
		return err
	}
	if strings.HasPrefix(head, "\x1f\x8b") {
		z, err := gzip.NewReader(in.r)
		if err != nil {
			return in.whole("is gzip, and cannot be unpacked: %v", err)
		}
		in.r = bufio.NewReaderSize(z, 1<<16)
		if head, err = in.head(); err != nil {
			return err
		}
	}
	if strings.HasPrefix(head, byteOrderMark) {
		_, _ = in.r.Discard(len(byteOrderMark)) // which are there
		head = head[len(byteOrderMark):]
	}
	for _, p := range packed {
		if strings.HasPrefix(head, p.magic) {
			return in.whole("is packed with %s: unpack it first, as in %s FILE | ipccheck lin -", p.what, p.unpack)
		}
	}
	// Of text in Latin letters every other byte is 0.
	even, odd := zeros(head)
	switch {
	case strings.HasPrefix(head, "\x1f\x8b"):
		return in.whole("is packed twice with gzip: unpack it once")
	case strings.HasPrefix(head, "JEPSEN"):
		return in.whole("is a binary store of Jepsen (test.jepsen): its history is in history.edn, beside it")
	case strings.HasPrefix(head, "\xff\xfe\x00\x00"), strings.HasPrefix(head, "\x00\x00\xfe\xff"):
		return in.whole("is UTF-32: want UTF-8, as in iconv -f UTF-32 -t UTF-8 FILE | ipccheck lin -")
	case strings.HasPrefix(head, "\xff\xfe"), strings.HasPrefix(head, "\xfe\xff"),
		even == 0 && odd > len(head)/4, odd == 0 && even > len(head)/4:
		return in.whole("is UTF-16: want UTF-8, as in iconv -f UTF-16 -t UTF-8 FILE | ipccheck lin -")
	case even+odd > 0 || strings.ContainsFunc(head, control) || !validHead(head):
		return in.whole("is a binary file: want a history, %s", titles())
	}
	return nil
}

// head is the beginning of the file.
func (in *input) head() (string, error) {
	head, err := in.r.Peek(1 << 12)
	if err != nil && err != io.EOF && len(head) == 0 {
		return "", in.whole("cannot be read: %v", err)
	}
	return string(head), nil
}

// whole is an error of the file as a whole.
func (in *input) whole(format string, args ...any) error {
	return &Error{in.file, 0, fmt.Sprintf(format, args...)}
}

func zeros(s string) (even, odd int) {
	for i := range len(s) {
		switch {
		case s[i] != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// control reports whether no text has the character.
func control(r rune) bool {
	return r < ' ' && !strings.ContainsRune("\t\n\r\f\v\b\x1b", r) || r == 0x7f
}

// validHead reports whether the beginning of a file is UTF-8, but for a character that
// its end cuts. Strings that are no Unicode are the reader's to judge.
func validHead(head string) bool {
	wrong := 0
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRuneInString(head[i:])
		if r == utf8.RuneError && n == 1 {
			wrong++
		}
		i += n
	}
	return wrong <= len(head)/8
}
