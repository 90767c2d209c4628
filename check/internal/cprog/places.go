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

// site names an instruction in replay strings, and siteAt finds it again.
func (p *Program) site(pc uint64) string { return fmt.Sprintf("%x", pc) }

func (p *Program) siteAt(site string) uint64 {
	pc, err := strconv.ParseUint(site, 16, 64)
	if err != nil {
		return 0
	}
	return pc
}

// calls are the calls on a stack, by the addresses to which they return.
func (p *Program) calls(stack []uintptr) (c prim.Calls) {
	for _, pc := range stack {
		r, ok := p.lines.at(uint64(pc))
		f := p.lines.functionAt(uint64(pc))
		if !ok || f == "" {
			continue // of the runtime
		}
		c.Frames = append(c.Frames, prim.Frame{Func: f, File: r.file, Line: r.line, Col: r.col, PC: pc})
	}
	return c
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
