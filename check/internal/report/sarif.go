package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(Format{Name: "sarif", Help: "write SARIF 2.1.0 as well, for code scanning", File: sarif})
}

// longestFlow is how many steps of a run SARIF has: more are left out, as readers stop
// somewhere above.
const longestFlow = 900

// endFingerprint names the fingerprint: of the kind of fault, and of who waits where
// for what.
const endFingerprint = "ipccheckEnd/v1"

// sarif writes results as a log of SARIF 2.1.0: a result for each finding, with the run
// that shows it as a code flow, and a notification for each thing that could not be
// judged. Paths are relative to SRCROOT, the checkout.
func sarif(w io.Writer, r Run) error {
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: "ipccheck", Version: r.Version, InformationURI: "https://github.com/ipccheck/ipccheck", Rules: []sarifRule{},
		}},
		Invocations: []sarifInvocation{{Successful: r.Code <= 1 || r.Code == 3, ExitCode: r.Code}},
		Bases:       map[string]sarifBase{"SRCROOT": {Description: sarifText{Text: "the root of the checkout"}}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	notify := func(level, text string, at []sarifLocation) {
		i := &run.Invocations[0]
		i.Notifications = append(i.Notifications, sarifNotification{Level: level, Message: sarifText{Text: text}, Locations: at})
	}
	for _, b := range r.Broken {
		notify("error", b.Package+": not run: "+text(b.Why), nil)
	}
	for _, result := range r.Results {
		if result.Verdict.Answer == verdict.Inconclusive {
			var at []sarifLocation
			if l, ok := result.undecided(); ok {
				at = append(at, l.sarif())
			}
			notify("warning", clean(result.Verdict.Subject)+": inconclusive, not a pass: "+clean(result.Verdict.Reason), at)
		}
		for _, f := range result.Verdict.Findings {
			run.Results = append(run.Results, result.sarif(f, run.Tool.Driver.rule(f.Code)))
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarif is a finding as a result.
func (r Result) sarif(f verdict.Finding, rule int) sarifResult {
	text := ended(clean(cause(f))) + howOften(f)
	out := sarifResult{
		Rule: string(f.Code), RuleIndex: rule, Level: "error", Kind: "fail",
		Message:      sarifText{Text: text},
		Locations:    []sarifLocation{},
		Fingerprints: map[string]string{endFingerprint: r.fingerprint(f)},
		Properties:   sarifProperties{Subject: clean(r.Verdict.Subject), Package: r.Package, Executions: f.Of, Failing: f.Executions},
	}
	if f.Severity == verdict.Warning {
		out.Level = "warning"
	}
	if f.Trace != nil && f.Trace.Replay != "" {
		out.Properties.Replay = f.Trace.Replay
		command := ReplayCommand(f.Trace)
		out.Message.Text += " Run it again: " + command
		out.Message.Markdown = markdown(text) + "\n\n```\n" + command + "\n```"
	}
	for i, l := range r.locations(f) {
		at := l.sarif()
		if i == 0 {
			out.Locations = append(out.Locations, at)
			continue
		}
		at.ID, at.Message = i, &sarifText{Text: clean(l.what)}
		out.Related = append(out.Related, at)
	}
	if len(out.Locations) == 0 { // as of models: GitHub shows none without a file, and other readers do
		out.Locations = append(out.Locations, sarifLocation{Logical: []sarifLogical{{Name: clean(r.Verdict.Subject), Kind: "module"}}})
	}
	if f.Trace != nil && len(f.Trace.Steps) > 0 {
		out.Flows = []sarifFlow{r.flow(f.Trace)}
	}
	return out
}

// flow is a run: a thread flow for each process that does something or waits.
func (r Result) flow(t *verdict.Trace) sarifFlow {
	threads := make([]sarifThread, max(len(t.Processes), len(t.Actors), 1))
	at := func(process int) *sarifThread { return &threads[min(max(process, 0), len(threads)-1)] }
	shown, last := fold(t, longestFlow), -1
	for _, i := range shown {
		s := t.Steps[i]
		site := siteOf(t, s)
		message := clean(site.Label)
		if what := Changes(s); what != "" {
			message += "; " + what
		}
		if gap := i - last - 1; gap > 0 {
			message = fmt.Sprintf("… %s left out … %s", plural(gap, "step"), message)
		}
		last = i
		step := sarifStep{Location: r.sarifLocation(site.Position, site), Order: i + 1, Importance: "important", Nesting: max(len(site.Frames)-1, 0)}
		step.Location.Message = &sarifText{Text: message}
		if s.Critical {
			step.Importance = "essential"
		}
		for _, c := range s.Changes {
			if step.State == nil {
				step.State = map[string]sarifText{}
			}
			step.State[clean(c.Name)] = sarifText{Text: clean(c.To)}
		}
		for _, frame := range site.Frames {
			if step.Stack == nil {
				step.Stack = &sarifStack{}
			}
			step.Stack.Frames = append(step.Stack.Frames, sarifFrame{Location: r.sarifLocation(frame.Position, verdict.Site{Func: frame.Func})})
		}
		thread := at(s.Process)
		thread.Steps = append(thread.Steps, step)
	}
	for _, w := range t.Waiting {
		site := siteAt(t, w.Site)
		step := sarifStep{Location: r.sarifLocation(cmp.Or(w.Position, site.Position), site), Order: len(t.Steps) + 1, Importance: "essential", Nesting: max(len(site.Frames)-1, 0)}
		step.Location.Message = &sarifText{Text: "waits forever for " + clean(waitsFor(w))}
		thread := at(w.Process)
		thread.Steps = append(thread.Steps, step)
	}
	for i := range threads {
		threads[i].ID = fmt.Sprint(i)
		if i < len(t.Actors) && t.Actors[i].ID != "" {
			threads[i].ID = clean(t.Actors[i].ID)
		}
		threads[i].Message = sarifText{Text: actorName(t, i)}
	}
	flow := sarifFlow{
		Message: sarifText{Text: fmt.Sprintf("A run of %s that ends so; executionOrder is the order in which they were made.", plural(len(t.Steps), "step"))},
		Threads: slices.DeleteFunc(threads, func(t sarifThread) bool { return len(t.Steps) == 0 }),
	}
	if len(shown) < len(t.Steps) {
		flow.Message.Text += fmt.Sprintf(" %s are shown.", group(uint64(len(shown))))
	}
	return flow
}

// howOften says in how many executions a finding was met, as a sentence.
func howOften(f verdict.Finding) string {
	if f.Executions == 0 || f.Of == 0 {
		return ""
	}
	return fmt.Sprintf(" In %s of %s.", group(f.Executions), plural(f.Of, "execution"))
}

// ended is a sentence with its full stop.
func ended(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// rule is the index of the rule of a code, which is added if it is new.
func (d *sarifDriver) rule(code verdict.Code) int {
	i := slices.IndexFunc(d.Rules, func(r sarifRule) bool { return r.ID == string(code) })
	if i >= 0 {
		return i
	}
	rule := sarifRule{ID: string(code), Default: sarifLevel{"error"}, Short: sarifText{Text: string(code)}, Full: sarifText{Text: string(code)}}
	rule.Properties.Tags = []string{"concurrency"}
	if f, ok := explain.Lookup(code); ok {
		for word := range strings.FieldsSeq(f.Title) {
			rule.Name += strings.ToUpper(word[:1]) + word[1:]
		}
		rule.Short = sarifText{Text: strings.ToUpper(f.Title[:1]) + f.Title[1:] + "."}
		rule.Full = sarifText{Text: f.Summary}
		rule.Help = &sarifText{
			Text:     f.Meaning + "\n\n" + f.Mend,
			Markdown: f.Meaning + "\n\nWrong:\n\n```go\n" + f.Wrong + "\n```\n\nRight:\n\n```go\n" + f.Right + "\n```\n\n" + f.Mend,
		}
	}
	d.Rules = append(d.Rules, rule)
	return len(d.Rules) - 1
}

func (l location) sarif() sarifLocation {
	at := sarifLocation{Physical: &sarifPhysical{
		Artifact: sarifArtifact{URI: (&url.URL{Path: l.file}).String(), Base: "SRCROOT"},
		Region:   sarifRegion{Line: l.line, Column: l.column},
	}}
	if l.text != "" {
		at.Physical.Region.Snippet = &sarifText{Text: clean(l.text)}
	}
	if l.function != "" {
		at.Logical = []sarifLogical{{Name: clean(l.function), Kind: "function"}}
	}
	return at
}

// sarifLocation is a position with what is known of its site.
func (r Result) sarifLocation(position string, site verdict.Site) sarifLocation {
	if l, ok := r.locate(position); ok {
		l.function, l.text = site.Func, site.Text
		return l.sarif()
	}
	at := sarifLocation{Logical: []sarifLogical{{Name: clean(cmp.Or(site.Func, position, site.Label, "unknown")), Kind: "function"}}}
	return at
}

// The parts of SARIF that are written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool            `json:"tool"`
		Invocations []sarifInvocation    `json:"invocations"`
		Bases       map[string]sarifBase `json:"originalUriBaseIds"`
		ColumnKind  string               `json:"columnKind"`
		Results     []sarifResult        `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string     `json:"id"`
		Name       string     `json:"name,omitempty"`
		Short      sarifText  `json:"shortDescription"`
		Full       sarifText  `json:"fullDescription"`
		Help       *sarifText `json:"help,omitempty"`
		Default    sarifLevel `json:"defaultConfiguration"`
		Properties struct {
			Tags []string `json:"tags"`
		} `json:"properties"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		ExitCode      int                 `json:"exitCode"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifBase struct {
		Description sarifText `json:"description"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Kind         string            `json:"kind"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Flows        []sarifFlow       `json:"codeFlows,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   sarifProperties   `json:"properties"`
	}
	sarifProperties struct {
		Subject    string `json:"subject"`
		Package    string `json:"package,omitempty"`
		Replay     string `json:"replay,omitempty"`
		Executions uint64 `json:"executions,omitempty"`
		Failing    uint64 `json:"failing,omitempty"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId"`
	}
	sarifRegion struct {
		Line    int        `json:"startLine"`
		Column  int        `json:"startColumn,omitempty"`
		Snippet *sarifText `json:"snippet,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifFlow struct {
		Message sarifText     `json:"message"`
		Threads []sarifThread `json:"threadFlows"`
	}
	sarifThread struct {
		ID      string      `json:"id"`
		Message sarifText   `json:"message"`
		Steps   []sarifStep `json:"locations"`
	}
	sarifStep struct {
		Location   sarifLocation        `json:"location"`
		Order      int                  `json:"executionOrder"`
		Importance string               `json:"importance"`
		Nesting    int                  `json:"nestingLevel"`
		State      map[string]sarifText `json:"state,omitempty"`
		Stack      *sarifStack          `json:"stack,omitempty"`
	}
	sarifStack struct {
		Frames []sarifFrame `json:"frames"`
	}
	sarifFrame struct {
		Location sarifLocation `json:"location"`
	}
)
