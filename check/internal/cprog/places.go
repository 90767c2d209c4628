package cprog

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// position is the place in the source of an instruction: file:line; "" if it has none.
func (p *Program) position(pc uint64) string {
	if r, ok := p.lines.at(pc); ok {
		return r.file + ":" + strconv.Itoa(r.line)
	}
	return ""
}

// foreign reports whether an instruction is none of the program's own.
func (p *Program) foreign(pc uint64) bool {
	r, ok := p.lines.at(pc)
	return !ok || r.system
}

// site names an instruction in replay strings, and siteAt finds it again.
func (p *Program) site(pc uint64) string { return fmt.Sprintf("%x", pc) }

func (p *Program) siteAt(site string) uint64 {
	pc, err := strconv.ParseUint(site, 16, 64)
	if err != nil {
		return 0
	}
	return pc
}

// calls are the calls on a stack, by the addresses to which they return. What a header of the
// system's does, such as one of the C++ library, is done by who calls it, and so is what a function does
// that wraps an operation.
func (p *Program) calls(stack []uintptr) (c prim.Calls) {
	var ofHeaders []prim.Frame
	wraps := true
	for i, pc := range stack {
		r, ok := p.lines.at(uint64(pc))
		f := p.lines.functionAt(uint64(pc))
		if !ok || f == "" {
			continue // of the runtime
		}
		frame := prim.Frame{Func: f, File: r.file, Line: r.line, Col: r.col, PC: pc}
		if r.system {
			ofHeaders = append(ofHeaders, frame)
			continue
		}
		if wraps = wraps && i+1 < len(stack) && p.wrappers.wraps(place{uint64(pc), i > 0}); wraps {
			continue
		}
		c.Frames = append(c.Frames, frame)
	}
	if c.Frames == nil {
		c.Frames = ofHeaders
	}
	return c
}

// ownPlace is where the program is with these calls on its stack, innermost first: in a header
// of the system's, in a function of the runtime that calls another, or in one that wraps an operation, it is where
// that is called from.
func (p *Program) ownPlace(pc uint64, frames []uint64) uint64 {
	if r, ok := p.lines.at(pc); ok && !r.system && (frames[1] == 0 || !p.wrappers.wraps(place{pc, false})) {
		return pc
	}
	for i, f := range frames {
		from, ok := p.lines.at(f)
		if ok && !from.system && (i+1 == len(frames) || frames[i+1] == 0 || !p.wrappers.wraps(place{f, i > 0})) {
			return f
		}
	}
	return pc
}

// print is what memory holds, as a signed integer of four bytes where it can be one.
func (p *Program) print(v uint64) string {
	switch {
	case v <= math.MaxUint32:
		return strconv.FormatInt(int64(int32(v)), 10)
	case int64(v) < 0 && int64(v) > -1<<32:
		return strconv.FormatInt(int64(v), 10)
	}
	return fmt.Sprintf("%#x", v)
}

// Line is the source at a position, "" if it is not known.
func (p *Program) Line(position string) string { return strings.TrimSpace(p.whole(position)) }

func (p *Program) whole(position string) string {
	file, n, ok := strings.Cut(position, ":")
	if !ok {
		return ""
	}
	line, err := strconv.Atoi(n)
	if err != nil {
		return ""
	}
	return p.lines.line(file, line)
}
