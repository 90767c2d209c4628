package check

import (
	"fmt"
	"slices"
	"strings"
)

// Scenario is a small group of goroutines, each with the operations that it performs.
type Scenario struct {
	// Holds is how many items the object holds; 0: a rendezvous.
	Holds int
	// Script has phases, separated by ";", one after the other; in each, goroutines
	// separated by "|", at the same time; and of each its operations. One that ends with
	// "@" and one of [Neighbours] goes to that object. Behind ">" is what the test does
	// itself, when nobody else can go on.
	Script string
}

// Neighbours are objects beside the one under test, where operations are called with
// names: with the two names of it in the other order; with another first name; with
// another second name; with another name, where there is one. Another is one that is made
// in the same way.
const (
	Reverse     = "reverse"
	OtherFirst  = "first"
	OtherSecond = "second"
	OtherName   = "name"
	Another     = "another"
)

// where says in words to which object a word of a script goes, "" for that under test.
func where(word string) string {
	switch _, neighbour, _ := strings.Cut(word, "@"); neighbour {
	case "":
		return ""
	case Reverse:
		return "the other way"
	case OtherName:
		return "under another name"
	case Another:
		return "on another object"
	}
	return "with another partner"
}

// Neighbour is the other object that the scenario has operations on, "" if none.
func (s Scenario) Neighbour() string {
	_, n, _ := strings.Cut(s.Script, "@")
	n, _, _ = strings.Cut(n, " ")
	return n
}

// Scenarios are all that there are, the small ones first.
var Scenarios = scenarios()

func scenarios() (all []Scenario) {
	add := func(holds int, scripts ...string) {
		for _, s := range scripts {
			all = append(all, Scenario{holds, s})
		}
	}
	add(0, "send", "recv", "send | recv", "send send | recv recv", "send | send | recv", "send | recv | recv",
		"send | send | recv recv", "send send | recv | recv", "send | send | recv | recv",
		"send send | send | recv recv recv", "send send send | recv recv | recv")
	add(1, "recv", "send | recv", "send send | recv recv", "send send send | recv recv recv", "send | send | recv recv",
		"send send | recv | recv", "send ; recv | recv ; send", "send | send | recv | recv", "send | send send | recv recv recv",
		"send ; send | send | recv", "send | len", "send ; recv | len")
	add(2, "send | send ; recv recv", "send send | recv recv", "send send send | recv recv recv", "send | send | recv recv",
		"send send | recv | recv", "send send ; recv | recv", "send | send | recv | recv")
	for _, n := range []int{1, 2, 3, 6} {
		add(n, many("send", n+1), many("send", n)+" "+many("recv", n)+" send recv "+many("send", n)+" "+many("recv", n))
	}
	for _, n := range []int{1, 2, 3, 6} {
		add(n, many("try-send", n+1), many("try-send", n)+" "+many("try-recv", n+1)+" try-send try-recv "+many("try-send", n)+" "+many("try-recv", n+1))
	}
	add(1, "try-recv", "try-send | try-send ; try-recv", "try-send ; try-recv | try-recv ; try-send", "try-send | try-recv ; try-recv",
		"try-send try-send | try-recv try-recv ; try-recv try-recv", "try-send try-send try-send | try-recv try-recv ; try-recv try-recv",
		"send | try-recv ; try-recv", "send | try-send ; recv", "send ; recv | try-recv", "send ; try-send | recv ; try-recv")
	add(2, "try-send | try-send ; try-recv try-recv", "try-send try-send | try-recv try-recv ; try-recv try-recv", "try-send try-send try-send | try-recv ; try-recv try-recv try-recv",
		"send send ; try-recv | try-recv")
	add(1, "close send recv", "send close close recv recv send", "recv | close", "recv | recv | close", "send ; send | close", "send ; send | send | close",
		"send | close ; recv recv", "send | close | recv*", "send send | close | recv ; recv", "close try-send try-recv", "try-send try-send | close | try-recv ; try-recv")
	add(2, "send send close recv recv recv", "send | send | close ; recv*")
	add(1, "recv-ctx | cancel", "cancel ; recv-ctx", "cancel ; send-ctx ; send | recv recv", "cancel ; recv-ctx ; send ; recv", "recv-ctx | cancel ; send ; recv", "send-ctx | cancel ; send | recv recv",
		"send ; send-ctx | cancel ; recv ; send ; recv", "send ; send-ctx | recv | cancel ; send | recv recv", "recv-ctx | send | cancel ; send | recv recv",
		"recv-ctx | recv | send | cancel ; send | recv")
	add(0, "recv | recv | recv | recv > send", "send | send | send > recv recv recv")
	add(1, "recv | recv | recv > send send send", "send ; send | send | send > recv recv recv recv", "recv | recv | recv > close", "send ; send | send | send > close")
	add(2, "recv | recv | recv > send send send", "send send ; send | send | send > recv recv recv recv recv")
	add(0, "turns")
	add(6, "turns", "try-turns")
	for _, n := range []string{Reverse, OtherFirst, OtherSecond, OtherName} {
		for _, s := range []string{"send send@ recv@ recv", "send send | send@ recv@", "recv | send@ recv@", "send | send@ | recv@ | recv", "close@ send recv"} {
			if n != Reverse || !strings.Contains(s, "close") { // a link may be closed for both
				add(1, strings.ReplaceAll(s, "@", "@"+n))
			}
		}
	}
	for n, scripts := range [][]string{
		{"send | recv@"},
		{"send send@ recv@ recv", "try-send try-send@ try-recv@ try-recv", "close@ send recv"},
	} {
		for _, s := range scripts {
			add(n, strings.ReplaceAll(s, "@", "@"+Another))
		}
	}
	return all
}

func many(word string, n int) string {
	return strings.TrimSpace(strings.Repeat(word+" ", n))
}

// phase is a part of a scenario.
type phase struct {
	groups [][]string // of each goroutine the operations
	then   []string   // those of the test itself, when nobody else can go on
}

// alone reports whether no goroutine is started.
func (p *phase) alone() bool { return len(p.groups) == 1 && len(p.then) == 0 }

// phases takes the script apart.
func (s Scenario) phases() (all []phase) {
	for _, text := range strings.Split(s.Script, ";") {
		var p phase
		text, then, _ := strings.Cut(text, ">")
		for _, script := range strings.Split(text, "|") {
			p.groups = append(p.groups, strings.Fields(script))
		}
		p.then = strings.Fields(then)
		all = append(all, p)
	}
	return all
}

// Long reports whether the scenario has many operations, one after the other.
func (s Scenario) Long() bool { return strings.Contains(s.Script, "turns") }

// Crowd reports whether many wait in the scenario: it has very many interleavings.
func (s Scenario) Crowd() bool { return strings.Contains(s.Script, ">") }

// Goroutines are the names of those that the scenario starts, in their order.
func (s Scenario) Goroutines() (names []string) {
	for i, p := range s.phases() {
		if !p.alone() {
			names = append(names, called(i, p.groups)...)
		}
	}
	return names
}

// Aspects are what the scenario is about besides sending and receiving: direct (who names
// whom), close, deadline, try.
func (s Scenario) Aspects() (all []string) {
	if n := s.Neighbour(); n != "" && n != OtherName && n != Another {
		all = append(all, "direct")
	}
	for _, a := range []struct{ aspect, word string }{{"close", "close"}, {"deadline", "ctx"}, {"try", "try"}} {
		if strings.Contains(s.Script, a.word) {
			all = append(all, a.aspect)
		}
	}
	return all
}

// Ops are the operations that the scenario performs, each once.
func (s Scenario) Ops() []string {
	var all []string
	for _, w := range strings.Fields(strings.NewReplacer(";", " ", "|", " ", ">", " ", "recv*", "recv", "try-turns", "try-send try-recv", "turns", "send recv").Replace(s.Script)) {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// Moves reports whether an item goes through an object in the scenario.
func (s Scenario) Moves() bool {
	if s.Long() {
		return true
	}
	sent, received := map[string]bool{}, map[string]bool{}
	for _, word := range strings.Fields(s.Script) {
		word, neighbour, _ := strings.Cut(word, "@")
		sent[neighbour] = sent[neighbour] || strings.Contains(word, "send")
		received[neighbour] = received[neighbour] || strings.Contains(word, "recv")
	}
	for n := range sent {
		if sent[n] && received[n] {
			return true
		}
	}
	return false
}

// Words say what the scenario is: "2 goroutines, room for 1 item: send | receive".
func (s Scenario) Words() string {
	if s.Long() {
		return "many items, one after the other"
	}
	room := "a rendezvous"
	switch {
	case s.Holds == 1:
		room = "room for 1 item"
	case s.Holds > 1:
		room = fmt.Sprintf("room for %d items", s.Holds)
	}
	script := s.Script
	for _, n := range []string{Reverse, OtherFirst, OtherSecond, OtherName, Another} {
		script = strings.ReplaceAll(script, "@"+n, " ("+where("@"+n)+")")
	}
	steps := strings.NewReplacer("recv*", "receive until closed", "recv", "receive", "try-", "try to ", "-ctx", " with a context", "len", "length", " ;", ", then", "|", "beside", " >", ", and when they wait").Replace(script)
	return room + ": " + steps
}
