package search

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

func choicesOf(x *prim.Execution) []prim.Choice {
	out := make([]prim.Choice, len(x.Events))
	for i, ev := range x.Events {
		out[i] = prim.Choice{G: ev.G, Alt: ev.Alt}
	}
	return out
}

// waitsAt stands in the text of a run before each place of a loop that waits: see
// [prim.Execution] Waits.
const waitsAt = "~"

// byBirth names the goroutines of choices that x has made by the order in which x
// spawned them: every process makes the same execution of these.
func byBirth(x *prim.Execution, cs []prim.Choice) []prim.Choice {
	spawned := map[int32]int32{}
	for i, g := range x.Spawned {
		spawned[g] = int32(i)
	}
	out := make([]prim.Choice, len(cs))
	for i, c := range cs {
		out[i] = prim.Choice{G: spawned[c.G], Alt: c.Alt}
	}
	return out
}

// encode writes choices as text: goroutines, with the outcome where it is not the
// first, and repeats counted: "1x3,2,1.1".
func encode(cs []prim.Choice) string {
	if len(cs) == 0 {
		return "0x0"
	}
	var out []string
	for i := 0; i < len(cs); {
		k := i + 1
		for k < len(cs) && cs[k] == cs[i] && cs[i].Alt == 0 {
			k++
		}
		s := strconv.Itoa(int(cs[i].G))
		if cs[i].Alt > 0 {
			s += "." + strconv.Itoa(int(cs[i].Alt))
		}
		if k-i > 1 {
			s += "x" + strconv.Itoa(k-i)
		}
		out = append(out, s)
		i = k
	}
	return strings.Join(out, ",")
}

// longestReplay bounds what a text may ask for.
const longestReplay = 1_000_000

// decode reads what encode wrote.
func decode(text string) ([]prim.Choice, error) {
	var out []prim.Choice
	for i, f := range strings.Split(text, ",") {
		body, times, repeated := strings.Cut(f, "x")
		g, alt, hasAlt := strings.Cut(body, ".")
		n := [3]int{0, 0, 1}
		for k, s := range []string{g, alt, times} {
			if k == 1 && !hasAlt || k == 2 && !repeated {
				continue
			}
			v, err := strconv.Atoi(s)
			if err != nil || v < 0 || v > longestReplay {
				return nil, fmt.Errorf("the run to be replayed: choice %d is %q: expected a goroutine, as in 2, perhaps with an outcome, as in 2.1, perhaps several times, as in 2x5", i+1, f)
			}
			n[k] = v
		}
		if len(out)+n[2] > longestReplay {
			return nil, fmt.Errorf("the run to be replayed has more than %d choices", longestReplay)
		}
		for range n[2] {
			out = append(out, prim.Choice{G: int32(n[0]), Alt: int32(n[1])})
		}
	}
	return out, nil
}
