package logfile

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
)

// Log is a history with what its file says of the object.
type Log struct {
	record.History
	Format Format
	// Object is what the header names: "bounded"; empty if it names none.
	Object   string
	Capacity int // of the object, -1 if the header gives none
	// Of a stream: how many bytes a write writes at once, and whether reads may get
	// fewer than there are.
	Atomic int
	Short  bool
	Values *Values
}

// Error is what is wrong with a log, and where.
type Error struct {
	File string
	Line int // from 1; 0: the file as a whole
	Text string
}

// Error is the position and the text.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// Read reads a history in the format given, or in the one it is in if that is
// empty. The name stands in errors. Progress, if not nil, is called now and then
// with the bytes read so far.
func Read(r io.Reader, name string, f Format, progress func(bytes int64)) (*Log, error) {
	in := &input{r: bufio.NewReaderSize(r, 1<<16), file: name, progress: progress}
	if err := in.unpack(); err != nil {
		return nil, err
	}
	if f == "" {
		var err error
		if f, err = in.detect(); err != nil {
			return nil, err
		}
	}
	b := &builder{in: in, log: &Log{Format: f, Capacity: -1, Values: &Values{}}}
	b.log.End = record.Complete
	reader, ok := formats.Named(string(f))
	if !ok {
		return nil, &Error{File: name, Text: fmt.Sprintf("unknown format %q: want %s", f, words.List(Formats(), "or"))}
	}
	if file, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok && reader.bytesPerCall > 0 {
		// Room for all at once.
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			b.log.Calls = make([]record.Call, 0, min(info.Size()/reader.bytesPerCall, 1<<24))
		}
	}
	if err := reader.read(b); err != nil {
		return nil, err
	}
	b.log.Sort()
	b.log.Contend()
	return b.log, nil
}
