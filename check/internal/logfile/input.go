package logfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"
)

// input is a file by lines.
type input struct {
	r        *bufio.Reader
	file     string
	line     int // the number of the last line read
	long     []byte
	bytes    int64
	progress func(int64)
}

// longest is the length of a line up to which it is read.
const longest = 1 << 20

// next returns the next line without its end; io.EOF if there is none. It is
// valid until the next call.
func (in *input) next() ([]byte, error) {
	l, err := in.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		in.long = append(in.long[:0], l...)
		for err == bufio.ErrBufferFull {
			l, err = in.r.ReadSlice('\n')
			if in.long = append(in.long, l...); len(in.long) > longest {
				in.line++
				return nil, in.errorf("the line is longer than %d bytes", longest)
			}
		}
		l = in.long
	}
	if err == io.EOF && len(l) > 0 {
		err = nil
	}
	if err != nil {
		if err != io.EOF {
			return nil, &Error{in.file, in.line + 1, fmt.Sprintf("cannot be read: %v", err)}
		}
		return nil, err
	}
	in.line++
	in.bytes += int64(len(l))
	if in.progress != nil && in.line&(1<<16-1) == 0 {
		in.progress(in.bytes)
	}
	if !utf8.Valid(l) {
		return nil, in.errorf(notUTF8)
	}
	return bytes.TrimSpace(l), nil
}

const notUTF8 = "is not UTF-8"

// lines yields the lines, without their ends, each valid until the next one; after an
// error there is none.
func (in *input) lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			l, err := in.next()
			if err == io.EOF || !yield(l, err) || err != nil {
				return
			}
		}
	}
}

func (in *input) errorf(format string, args ...any) error {
	return &Error{in.file, in.line, fmt.Sprintf(format, args...)}
}

// detect looks at the beginning of the file: at the first line that some format
// begins with. Comments are of a format that has them.
func (in *input) detect() (Format, error) {
	head, err := in.r.Peek(1 << 12)
	if err != nil && err != io.EOF && len(head) == 0 {
		return "", &Error{in.file, 0, fmt.Sprintf("cannot be read: %v", err)}
	}
	if text := misplaced(head); text != "" {
		return "", in.whole("%s", text)
	}
	if f, known := recogniseHead(head); known {
		return f, nil
	}
	comment := Format("")
	for l := range bytes.Lines(head) {
		l = bytes.TrimSpace(l)
		if len(l) == 0 || l[0] == ';' {
			continue
		}
		f, is := recognise(l)
		switch {
		case is == begins:
			return f, nil
		case is == comments:
			comment = f
		case comment != "":
			return comment, nil
		default:
			return "", &Error{in.file, 1, fmt.Sprintf("is no history: want %s, the first of which begin with %s", titles(), example)}
		}
	}
	if comment != "" {
		return comment, nil
	}
	return "", &Error{in.file, 0, "is empty: want a history that begins with " + example}
}

const example = `{"format":"ipccheck-history/1","object":"bounded","capacity":4}`
