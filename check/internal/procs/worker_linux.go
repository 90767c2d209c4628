package procs

import (
	"encoding/json"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/check/record"
)

// Worker is the argument of a worker's function: its log, its files, and what it
// shares with the parent.
type Worker struct {
	Log   *record.Area
	Files []*os.File
	args  json.RawMessage
	flags *board
}

// board is the memory that the parent and its workers share.
type board struct {
	mem []byte
	*words
}

type words struct{ flag, ready atomic.Uint32 }

// Args decodes the worker's arguments, [Spec].Args, into the variable.
func (w *Worker) Args(to any) error { return json.Unmarshal(w.args, to) }

// Flag is the value that the parent has [Group.Set], 0 at first.
func (w *Worker) Flag() uint32 { return w.flags.flag.Load() }

// Ready counts the worker as ready, once a call: see [Group.Ready].
func (w *Worker) Ready() { w.flags.ready.Add(1) }

// message is the part of a [Spec] that a worker needs.
type message struct {
	Kind  string
	Args  json.RawMessage
	Files int
}

// Main runs the worker's function, or the janitor, and exits, if this process was
// started as one. Otherwise it returns. A program that uses [Start] or [NewJanitor]
// must call it before anything else.
func Main(kinds map[string]func(*Worker) error, removers Removers) {
	if _, ok := os.LookupEnv(envJanitor); ok {
		tidy(os.NewFile(3, "list"), removers)
		os.Exit(0)
	}
	text, ok := os.LookupEnv(env)
	if !ok {
		return
	}
	if err := work(text, kinds); err != nil {
		fmt.Fprintln(os.Stderr, "ipccheck worker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func work(text string, kinds map[string]func(*Worker) error) error {
	var m message
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return fmt.Errorf("%s: %w", env, err)
	}
	f, ok := kinds[m.Kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", m.Kind)
	}
	clock, err := record.NewMonotonic()
	if err != nil {
		return err
	}
	log, err := record.OpenArea(os.NewFile(3, "log"), clock)
	if err != nil {
		return err
	}
	flags, err := control(os.NewFile(4, "control"))
	if err != nil {
		return err
	}
	w := &Worker{Log: log, args: m.Args, flags: flags}
	for i := range m.Files {
		w.Files = append(w.Files, os.NewFile(uintptr(5+i), fmt.Sprint("file ", i)))
	}
	return f(w)
}

func control(f *os.File) (*board, error) {
	mem, err := unix.Mmap(int(f.Fd()), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("procs: mmap: %w", err)
	}
	return &board{mem: mem, words: (*words)(unsafe.Pointer(&mem[0]))}, nil
}
