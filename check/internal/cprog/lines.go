package cprog

import (
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// lines are the places of a program's instructions and variables, from what the compiler
// has noted for debuggers.
type lines struct {
	rows      []row      // by address
	functions []function // by address
	variables []variable // by address
	dir       string
	sources   map[string][]string // by file
	paths     map[string]string   // of files, by the name under which they are told
	base      uint64
	addresses []byte // of the unit that is read
}

type row struct {
	at     uint64
	file   string // "" : the code ends there
	system bool   // it is one of the system's
	line   int
	col    int
}

type function struct {
	from, to uint64
	name     string
	locals   []variable // their addresses are relative to its frame
}

type variable struct {
	at, size uint64
	name     string
	line     int
	kind     dwarf.Type
	atomic   bool // all accesses to it are atomic

	parameter bool // of the function
}

func readLines(binary, dir string) (*lines, error) {
	f, err := elf.Open(binary)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, err := f.DWARF()
	if err != nil {
		return nil, fmt.Errorf("what the compiler notes for debuggers cannot be read: %w", err)
	}
	l := &lines{sources: map[string][]string{}, paths: map[string]string{}}
	if l.dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	for _, s := range f.Progs {
		if s.Type == elf.PT_LOAD && (l.base == 0 || s.Vaddr < l.base) {
			l.base = s.Vaddr
		}
	}
	var addresses []byte
	if section := f.Section(".debug_addr"); section != nil {
		if addresses, err = section.Data(); err != nil {
			return nil, err
		}
	}
	r := d.Reader()
	for {
		e, err := r.Next()
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		switch e.Tag {
		case dwarf.TagCompileUnit:
			l.addresses = nil
			if at, ok := e.Val(dwarf.AttrAddrBase).(int64); ok && at >= 0 && at <= int64(len(addresses)) {
				l.addresses = addresses[at:]
			}
			if err := l.unit(d, e); err != nil {
				return nil, err
			}
		case dwarf.TagSubprogram:
			l.function(d, e)
		case dwarf.TagVariable, dwarf.TagFormalParameter:
			l.variable(d, e)
		}
	}
	if err := l.ofLibrary(f); err != nil {
		return nil, err
	}
	l.addresses = nil
	slices.SortStableFunc(l.rows, func(a, b row) int { return compare(a.at, b.at) })
	slices.SortFunc(l.functions, func(a, b function) int { return compare(a.from, b.from) })
	slices.SortFunc(l.variables, func(a, b variable) int { return compare(a.at, b.at) })
	return l, nil
}

// ofLibrary adds what functions of the C library keep, which the runtime has: see kept.c there.
// Variables of classes that the C++ library has have a size only there.
func (l *lines) ofLibrary(f *elf.File) error {
	symbols, err := f.Symbols()
	sizes := map[uint64]uint64{}
	for _, y := range symbols {
		if elf.ST_TYPE(y.Info) == elf.STT_OBJECT {
			sizes[y.Value] = y.Size
		}
	}
	for i := range l.variables {
		v := &l.variables[i]
		v.size = max(v.size, sizes[v.at])
	}
	for _, y := range symbols {
		if slices.Contains([]string{"strtok_position", "result_of_localtime", "result_of_ctime", "environment"}, y.Name) {
			l.variables = append(l.variables, variable{at: y.Value, size: y.Size, name: y.Name})
		}
	}
	return err
}

func compare(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (l *lines) unit(d *dwarf.Data, e *dwarf.Entry) error {
	r, err := d.LineReader(e)
	if err != nil || r == nil {
		return err
	}
	var entry dwarf.LineEntry
	for {
		err := r.Next(&entry)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		at := row{at: entry.Address, line: entry.Line, col: entry.Column}
		if !entry.EndSequence && entry.File != nil {
			at.file, at.system = l.relative(entry.File.Name), ofSystem(entry.File.Name)
			l.paths[at.file] = entry.File.Name
		}
		l.rows = append(l.rows, at)
	}
}

// own forgets the paths of the files outside of the directory: a directive, or what the
// compiler passes on to the assembler, may have named any file of the machine.
func (l *lines) own() {
	maps.DeleteFunc(l.paths, func(_, path string) bool {
		rel, err := filepath.Rel(l.dir, path)
		return err != nil || !filepath.IsLocal(rel)
	})
}

// relative is a file as it is told: from the directory of the program, if it lies there.
func (l *lines) relative(file string) string {
	if rel, err := filepath.Rel(l.dir, file); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return filepath.Base(file)
}

func (l *lines) function(d *dwarf.Data, e *dwarf.Entry) {
	name, _ := e.Val(dwarf.AttrName).(string)
	from, ok := e.Val(dwarf.AttrLowpc).(uint64)
	if !ok || name == "" {
		return
	}
	switch to := e.Val(dwarf.AttrHighpc).(type) {
	case uint64:
		l.functions = append(l.functions, function{from: from, to: to, name: name})
	case int64:
		l.functions = append(l.functions, function{from: from, to: from + uint64(to), name: name})
	}
}

// How locations begin that are a fixed address, or relative to the frame of a function.
const (
	opAddress = 0x03
	opIndexed = 0xa1 // the address is one of a table: clang
	opInFrame = 0x91
)

func (l *lines) variable(d *dwarf.Data, e *dwarf.Entry) {
	name, _ := e.Val(dwarf.AttrName).(string)
	where, _ := e.Val(dwarf.AttrLocation).([]byte)
	v := variable{name: name, parameter: e.Tag == dwarf.TagFormalParameter}
	switch {
	case name == "" || len(where) < 2:
		return
	case where[0] == opAddress && len(where) == 9:
		for i := range 8 {
			v.at |= uint64(where[1+i]) << (8 * i)
		}
	case where[0] == opIndexed:
		n, digits := binary.Uvarint(where[1:])
		if digits <= 0 || n >= uint64(len(l.addresses))/8 {
			return
		}
		v.at = binary.LittleEndian.Uint64(l.addresses[8*n:])
	case where[0] == opInFrame && len(l.functions) > 0:
		v.at = signed(where[1:])
	default:
		return
	}
	if line, ok := e.Val(dwarf.AttrDeclLine).(int64); ok {
		v.line = int(line)
	}
	if of, ok := e.Val(dwarf.AttrType).(dwarf.Offset); ok {
		v.typed(d, of)
	}
	if where[0] == opInFrame {
		f := &l.functions[len(l.functions)-1]
		f.locals = append(f.locals, v)
		return
	}
	l.variables = append(l.variables, v)
}

// signed is a number in LEB128.
func signed(b []byte) (n uint64) {
	for i, c := range b {
		n |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			if shift := 7 * (i + 1); c&0x40 != 0 && shift < 64 {
				n |= ^uint64(0) << shift
			}
			break
		}
	}
	return n
}

// localAt names the local variable at an address relative to the frame of a function; ""
// if none is.
func (f *function) localAt(at uint64) string {
	for _, v := range f.locals {
		if at-v.at < v.size {
			return v.name + path(v.kind, int64(at-v.at))
		}
	}
	return ""
}

func (v *variable) typed(d *dwarf.Data, of dwarf.Offset) {
	r := d.Reader()
	r.Seek(of)
	if e, err := r.Next(); err == nil && e != nil {
		v.atomic = e.Tag == tagAtomic
	}
	if t := typeAt(d, of); t != nil {
		v.kind, v.size = t, uint64(max(t.Size(), 1))
	}
}

// typeAt is a type as package dwarf has it, but for what is _Atomic in it: that is what it
// would be without; nil if it is not known.
func typeAt(d *dwarf.Data, of dwarf.Offset) dwarf.Type {
	r := d.Reader()
	r.Seek(of)
	e, err := r.Next()
	if err != nil || e == nil {
		return nil
	}
	t, err := d.Type(of)
	if err != nil {
		return nil
	}
	inner := func(e *dwarf.Entry, otherwise dwarf.Type) dwarf.Type {
		if of, ok := e.Val(dwarf.AttrType).(dwarf.Offset); ok {
			if t := typeAt(d, of); t != nil {
				return t
			}
		}
		return otherwise
	}
	switch t := t.(type) {
	case *dwarf.UnsupportedType:
		if e.Tag == tagAtomic {
			return inner(e, t)
		}
	case *dwarf.TypedefType:
		t.Type = inner(e, t.Type)
	case *dwarf.QualType:
		t.Type = inner(e, t.Type)
	case *dwarf.ArrayType:
		row := t // the innermost has the elements
		for {
			next, ok := row.Type.(*dwarf.ArrayType)
			if !ok || e.Val(dwarf.AttrType) == nil {
				break
			}
			row = next
		}
		row.Type = inner(e, row.Type)
	case *dwarf.StructType:
		for i := 0; e.Children; {
			m, err := r.Next()
			if err != nil || m == nil || m.Tag == 0 || i == len(t.Field) {
				break
			}
			if m.Tag == dwarf.TagMember {
				t.Field[i].Type = inner(m, t.Field[i].Type)
				i++
			}
			r.SkipChildren()
		}
	}
	return t
}

// tagAtomic is the tag of _Atomic types, which package dwarf does not know.
const tagAtomic = dwarf.Tag(0x47)

// at is the row of an instruction. Calls are known by where they return to, so it is that
// of the instruction before.
func (l *lines) at(pc uint64) (row, bool) {
	i, found := slices.BinarySearchFunc(l.rows, pc, func(r row, pc uint64) int { return compare(r.at, pc) })
	if !found || i > 0 {
		i--
	}
	for i >= 0 && i < len(l.rows) && l.rows[i].line == 0 && l.rows[i].file != "" {
		i--
	}
	if i < 0 || i >= len(l.rows) || l.rows[i].file == "" {
		return row{}, false
	}
	return l.rows[i], true
}

// functionAt is the name of the function of an instruction.
func (l *lines) functionAt(pc uint64) string {
	if f := l.functionOfCall(pc); f != nil {
		return f.name
	}
	return ""
}

// functionOfCall is the function of an instruction, nil if it is none of the program's.
func (l *lines) functionOfCall(pc uint64) *function {
	for i := range l.functions {
		if f := &l.functions[i]; pc > f.from && pc <= f.to {
			return f
		}
	}
	return nil
}

// functionFrom is the name of the function that begins at an address.
func (l *lines) functionFrom(at uint64) string {
	for _, f := range l.functions {
		if f.from == at {
			return f.name
		}
	}
	return ""
}

// functionOf is the function that a thread begins with: main, if it begins nowhere; nil if
// it is none of the program's.
func (l *lines) functionOf(entry uint64) *function {
	for i := range l.functions {
		if f := &l.functions[i]; f.from == entry || entry == 0 && f.name == "main" {
			return f
		}
	}
	return nil
}

// line is a line of a source file, "" if it cannot be read.
func (l *lines) line(file string, n int) string {
	text, ok := l.sources[file]
	if !ok {
		path := l.paths[file]
		if path == "" {
			path = file
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(l.dir, path)
		}
		if b, err := os.ReadFile(path); err == nil {
			text = strings.Split(string(b), "\n")
		}
		l.sources[file] = text
	}
	if n < 1 || n > len(text) {
		return ""
	}
	return text[n-1]
}

// find is the variable at an address, nil if there is none.
func (l *lines) find(at uint64) *variable {
	i, found := slices.BinarySearchFunc(l.variables, at, func(v variable, at uint64) int { return compare(v.at, at) })
	if !found {
		i--
	}
	if i < 0 || at >= l.variables[i].at+l.variables[i].size {
		return nil
	}
	return &l.variables[i]
}

// variableAt names what is at an address, as C has it: buffer[2], queue.lock; "" if no
// variable is.
func (l *lines) variableAt(at uint64) (name string, declared int) {
	v := l.find(at)
	if v == nil {
		return "", 0
	}
	return v.name + path(v.kind, int64(at-v.at)), v.line
}

// path is how one comes to a part of a type.
func path(t dwarf.Type, offset int64) string {
	for {
		switch of := t.(type) {
		case *dwarf.TypedefType:
			if opaque(of.Name) {
				return ""
			}
			t = of.Type
			continue
		case *dwarf.QualType:
			t = of.Type
			continue
		case *dwarf.ArrayType:
			if size := of.Type.Size(); size > 0 {
				return "[" + strconv.FormatInt(offset/size, 10) + "]" + path(of.Type, offset%size)
			}
		case *dwarf.StructType:
			for _, f := range of.Field {
				if f.ByteOffset <= offset && offset < f.ByteOffset+f.Type.Size() {
					if strings.HasPrefix(f.Name, "_M_") { // of the C++ library
						return ""
					}
					return "." + f.Name + path(f.Type, offset-f.ByteOffset)
				}
			}
		}
		return ""
	}
}

// opaque reports whether a type is one of the C library's, whose parts are nobody's
// business.
func opaque(name string) bool {
	return strings.HasPrefix(name, "pthread_") || slices.Contains([]string{"sem_t", "mtx_t", "cnd_t", "once_flag", "atomic_flag"}, name)
}
