package score_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/score"
	"github.com/ipccheck/ipccheck/check/verdict"
)

var course = &assignment.Assignment{Name: "x", Properties: []assignment.Property{
	{Name: "items", Points: 40, Codes: []string{"IPC002", "IPC003"}},
	{Name: "waiting", Points: 30, Codes: []string{"IPC001", "IPC007"}},
	{Name: "close", Points: 20, Codes: []string{"any"}},
	{Name: "race", Points: 10, Codes: []string{"IPC010"}},
}}

func held(words string, aspects ...string) language.Scenario {
	return language.Scenario{Name: words, Words: words, Aspects: aspects, Judged: true, Moves: true, Ops: []string{"send", "recv"}, Verdict: &verdict.Verdict{Answer: verdict.Pass, Counts: verdict.Counts{Executions: 3}}}
}

func failed(s language.Scenario, code verdict.Code) language.Scenario {
	s.Verdict = &verdict.Verdict{Answer: verdict.Fail, Findings: []verdict.Finding{{Code: code}}}
	return s
}

func points(scenarios ...language.Scenario) (lost []string, sum float64) {
	r := &result.Result{}
	score.Count(r, course, &language.Evidence{Scenarios: scenarios})
	for _, p := range r.Properties {
		if p.Outcome != result.Passed {
			lost = append(lost, p.Name+" "+string(p.Outcome))
		}
	}
	return lost, r.Points
}

// One fault costs one property.
func TestWhatAFaultCosts(t *testing.T) {
	closing := held("closing", "close")
	closing.Ops = []string{"send", "recv", "close"}
	for _, c := range []struct {
		name      string
		scenarios []language.Scenario
		lost      []string
		points    float64
	}{
		{"nothing", []language.Scenario{held("a"), closing}, nil, 100},
		{"by its code", []language.Scenario{held("a"), failed(held("b"), verdict.LostItem), closing}, []string{"items failed"}, 60},
		{"by its scenario", []language.Scenario{held("a"), failed(closing, verdict.LostItem)}, []string{"close failed"}, 80},
		{"once, where less shows it", []language.Scenario{held("a"), failed(held("b"), verdict.LostItem), held("c", "close"), failed(closing, verdict.LostItem)}, []string{"items failed"}, 60},
		{"by no property", []language.Scenario{held("a"), failed(held("b"), verdict.BrokenBoundary), closing}, []string{"items failed"}, 60},
		{"by no property, beside another fault", []language.Scenario{held("a"), failed(held("b"), verdict.BrokenBoundary), failed(held("c"), verdict.DataRace), closing}, []string{"race failed"}, 90},
		{"nothing is shown", []language.Scenario{failed(held("a"), verdict.LostItem), failed(closing, verdict.InventedItem)}, []string{"items failed", "waiting failed", "close failed", "race failed"}, 0},
		{"no scenario", []language.Scenario{held("a")}, []string{"close undecided"}, 80},
		{"a test says less than a scenario", []language.Scenario{held("a"), closing, failed(held("b"), verdict.LostItem), failed(language.Scenario{Name: "TestWaiting_Two", Property: "waiting"}, verdict.Deadlock)}, []string{"items failed"}, 60},
		{"a test alone", []language.Scenario{held("a"), closing, failed(language.Scenario{Name: "TestWaiting_Two", Property: "waiting"}, verdict.Deadlock)}, []string{"waiting failed"}, 70},
	} {
		lost, sum := points(c.scenarios...)
		assert.Equal(t, c.lost, lost, c.name)
		assert.Equal(t, c.points, sum, c.name)
	}
}

// Who goes on with nothing when the time of a wait is over has not waited, either.
func TestGivesUp(t *testing.T) {
	waiting, closing := held("b"), held("d", "close")
	waiting.Property, closing.Early = "waiting", true
	early := waiting
	early.Early = true
	for want, s := range map[string]language.Scenario{
		"items failed, waiting failed": failed(early, verdict.InventedItem),
		"items failed":                 failed(waiting, verdict.InventedItem),
		"race failed":                  failed(early, verdict.DataRace),
		"close failed":                 failed(closing, verdict.InventedItem),
	} {
		a := *course
		a.Properties = slices.Clone(course.Properties)
		a.Properties[0].Codes = []string{"IPC005"}
		r := &result.Result{}
		score.Count(r, &a, &language.Evidence{Scenarios: []language.Scenario{held("a"), waiting, held("c", "close"), s}})
		var lost []string
		for _, p := range r.Properties {
			if p.Outcome != result.Passed {
				lost = append(lost, p.Name+" "+string(p.Outcome))
			}
		}
		assert.Equal(t, want, strings.Join(lost, ", "))
	}
}

// A data race costs a property that takes all faults only if no other scenario shows it;
// where a property is about busy waiting, a loop without end is that, and a deadlock is not.
func TestRacesAndLoops(t *testing.T) {
	raced := func(s language.Scenario, line string) language.Scenario {
		s = failed(s, verdict.DataRace)
		s.Verdict.Findings[0].Accesses = []verdict.Access{{Position: line}, {Position: "x.go:1"}}
		return s
	}
	stuck := func(property string) language.Scenario {
		return failed(language.Scenario{Name: property, Property: property, Ops: []string{"send", "recv"}}, verdict.Deadlock)
	}
	a := *course
	a.Properties = append([]assignment.Property{{Name: "blocking", Points: 10, Codes: []string{"IPC016"}}}, a.Properties...)
	closing, blocking := held("closing", "close"), held("blocking")
	blocking.Judged, blocking.Property = false, "blocking"
	for _, c := range []struct {
		scenarios []language.Scenario
		lost      []string
	}{
		{[]language.Scenario{blocking, held("a"), raced(held("b"), "x.go:7"), closing, raced(closing, "x.go:1")}, []string{"race"}},
		{[]language.Scenario{blocking, held("a"), closing, raced(closing, "x.go:1")}, []string{"close"}},
		{[]language.Scenario{blocking, held("a"), closing, failed(blocking, verdict.Livelock)}, []string{"blocking"}},
		{[]language.Scenario{blocking, held("a"), closing, failed(blocking, verdict.Deadlock)}, []string{"waiting"}},
		{[]language.Scenario{blocking, held("a"), closing, stuck("close"), stuck("waiting")}, []string{"waiting"}},
		{[]language.Scenario{blocking, held("a"), closing, stuck("close")}, []string{"close"}},
	} {
		r := &result.Result{}
		score.Count(r, &a, &language.Evidence{Scenarios: c.scenarios})
		var lost []string
		for _, p := range r.Properties {
			if p.Outcome != result.Passed {
				lost = append(lost, p.Name)
			}
		}
		assert.Equal(t, c.lost, lost)
	}
}

// What goes wrong in a test costs nothing where a property is lost that it presumes, if
// others show that its own holds.
func TestPresumes(t *testing.T) {
	a := *course
	a.Properties = append([]assignment.Property(nil), course.Properties...)
	a.Properties[2].Presumes = []string{"items"}
	closing := held("closing", "close")
	for _, c := range []struct {
		scenarios []language.Scenario
		points    float64
	}{
		{[]language.Scenario{held("a"), failed(held("b"), verdict.LostItem), closing, failed(held("c", "close"), verdict.FailedAssertion)}, 60},
		{[]language.Scenario{held("a"), failed(held("b"), verdict.LostItem), failed(closing, verdict.FailedAssertion)}, 40},
		{[]language.Scenario{held("a"), closing, failed(held("c", "close"), verdict.FailedAssertion)}, 80},
	} {
		r := &result.Result{}
		score.Count(r, &a, &language.Evidence{Scenarios: c.scenarios})
		assert.Equal(t, c.points, r.Points)
	}
}

// Who has no data race where none was looked for is no better known for it.
func TestUnraced(t *testing.T) {
	r := &result.Result{}
	score.Count(r, course, &language.Evidence{Unraced: "no C compiler", Scenarios: []language.Scenario{held("a"), held("closing", "close")}})
	assert.Equal(t, 90.0, r.Points)
	assert.Equal(t, []string{"race: data races were not looked for: no C compiler"}, r.ForStaff)
}

// What a scenario does not show is called that, and no fault of the kind that costs it.
func TestUnshown(t *testing.T) {
	r, s := &result.Result{}, failed(held("a"), verdict.LostItem)
	s.Unshown = "Compare the lines."
	score.Count(r, course, &language.Evidence{Scenarios: []language.Scenario{s}})
	fault := r.Properties[0].Faults[0]
	assert.Equal(t, "nothing shows that it holds: Compare the lines.", fault.Title+": "+fault.Hint)
}

// Where a loop waits without end, executions that end show something; if none does, whatever
// else was to happen has not.
func TestEndless(t *testing.T) {
	loop := held("b")
	loop.Endless = true
	for _, c := range []struct {
		counts verdict.Counts
		lost   []string
	}{
		{verdict.Counts{Executions: 200, Cut: 198, Deadlocked: 1}, nil},
		{verdict.Counts{Executions: 200, Cut: 199, Deadlocked: 1}, []string{"items undecided", "waiting undecided", "race undecided"}},
	} {
		loop.Verdict = &verdict.Verdict{Answer: verdict.Inconclusive, Counts: c.counts}
		lost, _ := points(loop, held("c", "close"))
		assert.Equal(t, c.lost, lost)
	}
}

// What was not executed once shows nothing, and staff look at it.
func TestNotRun(t *testing.T) {
	open := held("b")
	open.Verdict = &verdict.Verdict{Answer: verdict.Inconclusive, Reason: "it hangs"}
	lost, _ := points(held("a"), open, held("c", "close"))
	assert.Equal(t, []string{"items undecided", "waiting undecided", "race undecided"}, lost)
}

// An exploration that the budget ends shows nothing by itself; what the staff has asked to
// be drawn at random does, and then no message speaks of every order.
func TestMoreThanTheBudget(t *testing.T) {
	const reason = "40 executions were made, and there are more"
	more := held("b")
	more.Verdict = &verdict.Verdict{Answer: verdict.Inconclusive, Reason: reason, Counts: verdict.Counts{Executions: 40}}
	inC := &assignment.Assignment{Name: "x", Language: "c", Properties: course.Properties[:1]}
	for _, c := range []struct {
		scenarios  []language.Scenario
		sampled    bool
		outcome    result.Outcome
		says, held string
	}{
		{[]language.Scenario{more}, false, result.Undecided, "0 of 1 property hold. Not decided, and looked at by staff: items.", ""},
		{[]language.Scenario{more}, true, result.Passed, "All properties hold, as far as the orders were looked at in which the steps of your threads and processes can happen.", "b (in 40 executions: there are more)"},
		{[]language.Scenario{held("a")}, false, result.Passed, "All properties hold, in every order in which the steps of your threads and processes can happen.", "a"},
	} {
		c.scenarios[0].Sampled = c.sampled
		r := &result.Result{}
		score.Count(r, inC, &language.Evidence{Scenarios: c.scenarios})
		assert.Equal(t, c.outcome, r.Properties[0].Outcome)
		assert.Equal(t, c.says, r.Message)
		if c.held == "" {
			assert.Equal(t, "b: "+reason, r.Properties[0].Reason)
			assert.Equal(t, []string{"items: b: " + reason}, r.ForStaff)
			continue
		}
		assert.Equal(t, []string{c.held}, r.Properties[0].Held)
	}
}
