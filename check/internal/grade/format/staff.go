package format

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// class is what the page for staff shows of several submissions.
type class struct {
	Title      string
	Results    []*result.Result
	Properties []string
	Look       []remark
	Points     []bar // ten parts of what can be reached
	Codes      []bar
	Most       int // submissions: the length of a full bar
	Groups     []*group
}

// remark is why staff look at a submission, which is that number in the list.
type remark struct {
	Number     int
	Submission string
	Why        string
}

type bar struct {
	Name  string
	Count int
}

// group is of submissions that lose a property by the same fault, told in the same words
// but for numbers. It shows the shortest run of them.
type group struct {
	Property string
	result.Fault
	Members []remark
}

func staff(all []*result.Result) ([]byte, error) {
	c := class{Results: all, Most: len(all), Properties: propertyNames(all)}
	for i, r := range all {
		c.Title = r.Title
		c.add(i, r)
	}
	c.points()
	slices.SortStableFunc(c.Codes, func(a, b bar) int { return cmp.Compare(b.Count, a.Count) })
	slices.SortStableFunc(c.Groups, func(a, b *group) int { return cmp.Compare(len(b.Members), len(a.Members)) })
	return write("staff.html", c)
}

// add adds a submission to what is counted.
func (c *class) add(i int, r *result.Result) {
	look := func(why string) { c.Look = append(c.Look, remark{i, r.Submission, why}) }
	if r.Status != result.Graded {
		look(string(r.Status) + ": " + r.Message)
	}
	for _, why := range r.ForStaff {
		look(why)
	}
	codes := map[verdict.Code]bool{}
	for _, p := range r.Properties {
		if p.Outcome == result.Undecided && r.Status == result.Graded {
			look(p.Name + " is not decided: " + p.Reason)
		}
		for _, f := range p.Faults {
			if !codes[f.Code] {
				codes[f.Code] = true
				c.count(string(f.Code) + " " + f.Title)
			}
		}
		if len(p.Faults) > 0 {
			c.group(p.Name, p.Faults[0], remark{Number: i, Submission: r.Submission})
		}
	}
}

func (c *class) count(name string) {
	for i := range c.Codes {
		if c.Codes[i].Name == name {
			c.Codes[i].Count++
			return
		}
	}
	c.Codes = append(c.Codes, bar{name, 1})
}

var digits = regexp.MustCompile(`[0-9]+`)

// group puts a fault to those that are like it.
func (c *class) group(property string, f result.Fault, who remark) {
	shape := digits.ReplaceAllString(f.Message, "n")
	for _, g := range c.Groups {
		if g.Property == property && g.Code == f.Code && digits.ReplaceAllString(g.Message, "n") == shape {
			g.Members = append(g.Members, who)
			if f.Steps < g.Steps {
				g.Fault = f
			}
			return
		}
	}
	c.Groups = append(c.Groups, &group{Property: property, Fault: f, Members: []remark{who}})
}

// points counts submissions by the tenth of the points that they have.
func (c *class) points() {
	for i := range 11 {
		name := fmt.Sprintf("%d–%d %%", 10*i, 10*i+9)
		if i == 10 {
			name = "all"
		}
		c.Points = append(c.Points, bar{Name: name})
	}
	for _, r := range c.Results {
		c.Points[int(math.Floor(fraction(r)*10+1e-9))].Count++
	}
	slices.Reverse(c.Points)
}

// propertyNames are the names of the properties in the order in which they come.
func propertyNames(all []*result.Result) (names []string) {
	for _, r := range all {
		for _, p := range r.Properties {
			if !slices.Contains(names, p.Name) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}
