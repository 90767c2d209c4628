package rewrite

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// What is written in assembly is not rewritten. A function that synchronises, or calls
// the runtime, is not controlled; one that only computes does no harm.

var (
	// textSymbol is the beginning of a function in assembly.
	textSymbol = regexp.MustCompile(`^TEXT\s+(?:\S*·)?(\w+)(?:<[^>]*>)?\(SB\)`)
	// synchronising are instructions that access memory atomically, or order accesses,
	// on the processors that Go knows.
	synchronising = regexp.MustCompile(`\b(?:LOCK|XCHG[BWLQ]?\s.*\(|CMPXCHG\w*|XADD[BWLQ]|MFENCE|` + // amd64, 386
		`LDA?X[PR]\w*|STL?X[PR]\w*|LDAR\w*|STLR\w*|CASA?L?P?[BDHW]|SWPA?L?[BDHW]|LD(?:ADD|CLR|EOR|OR)A?L?[BDHW]|DMB|LDREX\w*|STREX\w*|` + // arm64, arm
		`L[BHWD]AR\b|ST[BHWD]CCC|LWSYNC|SYNC|LR[WD]|SC[WD]|AMO\w+|FENCE|CSG?|LAAG?|LL[DV]?|SC[DV]?)\b`) // ppc64, riscv64, s390x, mips, loong64
	// called are calls of the runtime, and of what synchronises.
	calledRuntime = regexp.MustCompile(`\b(?:CALL|JMP|BL|B|JAL|BR)\s+(runtime|sync|internal∕\S+|sync∕atomic)·(\w+)`)
	// computing are functions of the runtime that assembly may call.
	computing = regexp.MustCompile(`^(?:mem\w+|panic\w*|duff\w+|morestack\w*|racefunc\w+|[a-z0-9]*hash\w*|cmpstring|goPanic\w*)$`)
)

// assembly are the functions in the assembly of a package that are not controlled.
func assembly(p *Package) (map[string]bool, error) {
	out := map[string]bool{}
	for _, name := range p.SFiles {
		text, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		var names []string
		symbol, all := "", false
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, "//")
			if m := textSymbol.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
				symbol = m[1]
				names = append(names, symbol)
				continue
			}
			call := calledRuntime.FindStringSubmatch(line)
			if call != nil && call[1] == "runtime" && computing.MatchString(call[2]) {
				call = nil
			}
			if call == nil && !synchronising.MatchString(line) {
				continue
			}
			if symbol == "" || strings.HasPrefix(line, "#define") {
				all = true // whoever uses the macro
			}
			out[symbol] = true
		}
		if all {
			for _, n := range names {
				out[n] = true
			}
		}
	}
	return out, nil
}
