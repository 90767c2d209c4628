package space

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/ipccheck/ipccheck/model/step"
)

// graph is all states of a program with the steps between them.
type graph struct {
	nodes []graphNode
	edges []edge
}

// graphNode is a state, or the one after a step that breaks a property.
type graphNode struct {
	words []uint64
	fault step.Fault // also: a deadlock
	end   bool       // a legal end
}

type edge struct {
	from, to int
	label    string
}

// Dot writes the state graph of a program in the language of Graphviz. Faults are red,
// legal ends have two borders. It is an error if there are more than most states, and
// nothing is written then.
func Dot(w io.Writer, p step.Program, most int) error {
	g, ok := graphOf(p, most)
	if !ok {
		return fmt.Errorf("%s has more than %d states", p.Name(), most)
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "digraph %s {\n\tnode [shape=box, fontname=monospace]\n\tedge [fontname=monospace]\n", quoteDot(p.Name()))
	for i, n := range g.nodes {
		var lines []string
		for pid, q := range p.Processes() {
			if at := p.Location(n.words, pid); at != "" {
				lines = append(lines, q.Name+": "+at)
			}
		}
		for _, v := range p.Variables(n.words) {
			if v.Name != "PC" || len(lines) == 0 {
				lines = append(lines, v.Name+"="+v.Value)
			}
		}
		style := ""
		switch {
		case n.fault.Code != "":
			lines = append(lines, string(n.fault.Code)+": "+n.fault.Message)
			style = ", color=red, penwidth=2"
		case n.end:
			style = ", peripheries=2"
		case i == 0:
			style = ", style=bold"
		}
		fmt.Fprintf(out, "\ts%d [label=%s%s]\n", i, quoteDot(strings.Join(lines, "\n")), style)
	}
	for _, e := range g.edges {
		fmt.Fprintf(out, "\ts%d -> s%d [label=%s]\n", e.from, e.to, quoteDot(e.label))
	}
	out.WriteString("}\n")
	return out.Flush()
}

// quoteDot quotes a string. Lines are to the left.
func quoteDot(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	if strings.Contains(s, "\n") {
		s = strings.ReplaceAll(s, "\n", `\l`) + `\l`
	}
	return `"` + s + `"`
}

// graphOf visits the states breadth first; false: there are more than most.
func graphOf(p step.Program, most int) (*graph, bool) {
	g := &graph{}
	number := map[string]int{}
	add := func(words []uint64, fault step.Fault) int {
		key := make([]byte, 0, 8*len(words)+8)
		for _, w := range words {
			key = binary.LittleEndian.AppendUint64(key, w)
		}
		if fault.Code == "" {
			fault, _ = p.Broken(words, true)
		} else {
			key = append(key, string(fault.Code)+fault.Message...)
		}
		n, ok := number[string(key)]
		if !ok {
			n = len(g.nodes)
			number[string(key)] = n
			g.nodes = append(g.nodes, graphNode{words: words, fault: fault})
		}
		return n
	}
	first := make([]uint64, p.Words())
	p.Initial(first)
	add(first, step.Fault{})
	statements, processes := p.Statements(), p.Processes()
	b := step.NewBatch(p)
	for i := 0; i < len(g.nodes); i++ {
		if len(g.nodes) > most {
			return nil, false
		}
		n := &g.nodes[i]
		if n.fault.Code != "" {
			continue
		}
		b.Reset()
		p.Expand(n.words, b)
		if b.Len() == 0 {
			if n.end = p.Accepting(n.words); !n.end {
				n.fault = deadlock(p, n.words)
			}
			continue
		}
		words := n.words
		for _, m := range b.Moves {
			next := make([]uint64, p.Words())
			effect, err := p.Apply(words, m, next)
			if err != nil {
				panic(fmt.Sprintf("space: a move that is possible is not: %v", err))
			}
			to := add(next, effect.Fault)
			g.edges = append(g.edges, edge{i, to, processes[m.Pid].Name + ": " + statements[m.Stmt].Label})
		}
	}
	return g, true
}

// deadlock is the fault of a state in which nobody can go on.
func deadlock(p step.Program, words []uint64) step.Fault {
	r := &recorded{states: [][]uint64{words}}
	return r.end(p, nil)
}
