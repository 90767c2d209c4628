// Package class grades many submissions, several at once. Each result is written as soon
// as it is there, in one piece: what was graded stays graded whatever happens then.
package class

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/score"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/internal/relay"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// Class is an assignment with how it is graded.
type Class struct {
	Assignment *assignment.Assignment
	Course     language.Course
	Version    string // of ipccheck
	Workers    int    // submissions at once
	// Results is a folder to which each result is written, and from which those are
	// taken that are there already; "": none.
	Results string
	// Confine starts a process of a submission in a sandbox, ConfineTool a tool of the
	// compiler; ToolExec begins that flag of a go command.
	Confine     func(*exec.Cmd) error
	ConfineTool func(tool *exec.Cmd, seen, written string) error
	ToolExec    []string
	// Progress is told what is under way: how many are done, and of what it is told.
	Progress func(done int, text string)
	// Partial is told what is known of a submission while it is under way, again and
	// again; nil: nobody wants to know.
	Partial func(*result.Result)

	digest string
	mu     sync.Mutex
	done   int
}

// Grade grades submissions, and returns their results in the same order. An error means
// that results cannot be written, or that ctx is done: then those that are there are
// returned, and the others are nil.
func (c *Class) Grade(ctx context.Context, all []submission.Listed) ([]*result.Result, error) {
	digest, err := folderDigest(c.Assignment.Dir)
	if err != nil {
		return nil, err
	}
	c.digest, c.done = digest, 0
	sweep()
	if c.Results != "" {
		if err := os.MkdirAll(c.Results, 0o755); err != nil {
			return nil, err
		}
	}
	results := make([]*result.Result, len(all))
	failed := make([]error, len(all))
	limit := make(chan bool, max(c.Workers, 1))
	var group relay.Group
	for i, l := range all {
		group.Go(func() {
			limit <- true
			defer func() { <-limit }()
			if ctx.Err() != nil {
				return
			}
			results[i], failed[i] = c.one(ctx, l)
			c.say(1, l.Name)
		})
	}
	group.Wait()
	return results, errors.Join(append(failed, context.Cause(ctx))...)
}

func (c *Class) say(done int, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += done
	if c.Progress != nil {
		c.Progress(c.done, text)
	}
}

// one grades one submission. It returns nil if ctx was done meanwhile.
func (c *Class) one(ctx context.Context, l submission.Listed) (*result.Result, error) {
	r := &result.Result{
		Format: result.Format, Assignment: c.Assignment.Name, Title: c.Assignment.Title, Submission: l.Name, Version: c.Version,
		Status: result.Graded, Seed: c.Assignment.Seed, Budget: c.Assignment.Budget,
	}
	s, err := submission.Read(l.Path, c.Assignment.HandIn)
	if err != nil {
		r.Digest = c.digest
		c.refuse(r, "It cannot be read: "+err.Error()+".")
		return r, c.write(r)
	}
	sum := sha256.Sum256([]byte(c.digest + s.Digest() + c.Version))
	r.Digest = hex.EncodeToString(sum[:])[:16]
	if before := c.written(r); before != nil {
		return before, nil
	}
	if missing := s.Missing(c.Assignment.HandIn); len(missing) > 0 {
		r.Notes = append(r.Notes, s.LeftOut...)
		c.refuse(r, "What is to be handed in is not there: "+words.List(missing, "and")+".")
		return r, c.write(r)
	}
	if err := c.look(ctx, r, s); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, nil
	}
	return r, c.write(r)
}

// refuse makes a result one of a submission that was not looked at.
func (c *Class) refuse(r *result.Result, why string) {
	r.Status, r.Message = result.Refused, why
	score.Nothing(r, c.Assignment, why)
}

// look builds the submission, explores it and counts its points.
func (c *Class) look(ctx context.Context, r *result.Result, s *submission.Submission) error {
	dir, remove, err := newScratch()
	if err != nil {
		return err
	}
	defer remove()
	w := language.Work{Dir: dir, Confine: c.Confine, ConfineTool: c.ConfineTool, ToolExec: c.ToolExec, Progress: func(text string) { c.say(0, s.Name+": "+text) }}
	if c.Partial != nil {
		w.Partial = func(ev *language.Evidence) { c.Partial(c.soFar(r, ev)) }
		w.Partial(language.NoneYet())
	}
	ev, err := c.evidence(ctx, s, w)
	r.Notes = append(r.Notes, s.LeftOut...)
	if err == nil {
		err = exhausted(ev.Unbuilt)
	}
	switch {
	case err != nil:
		r.Status, r.Message = result.Failed, "The grader could not do its work; staff look at it."
		r.ForStaff = append(r.ForStaff, strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
		score.Nothing(r, c.Assignment, r.Message)
		for i := range r.Properties {
			r.Properties[i].Outcome = result.Undecided
		}
	case len(ev.Violations) > 0:
		r.Violations = ev.Violations
		c.refuse(r, "It breaks a rule of the exercise, and was not run: "+place(ev.Violations[0])+".")
	case len(ev.Unbuilt) > 0:
		r.Status, r.Violations, r.Message = result.Unbuilt, ev.Unbuilt, "It does not compile: "+place(ev.Unbuilt[0])+"."
		score.Nothing(r, c.Assignment, r.Message)
	case ev.Hangs != "":
		r.Message = "No test gets to an end: " + strings.TrimSuffix(ev.Hangs, ".")
		score.Nothing(r, c.Assignment, r.Message)
	default:
		r.Notes = append(r.Notes, ev.Notes...)
		score.Count(r, c.Assignment, ev)
	}
	r.Steady()
	return nil
}

// evidence looks at a submission. What goes wrong in ipccheck itself is for staff to see: the
// others are graded.
func (c *Class) evidence(ctx context.Context, s *submission.Submission, w language.Work) (ev *language.Evidence, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			err = fmt.Errorf("an internal error of ipccheck, please report it: %v", wrong)
		}
	}()
	return c.Course.Look(ctx, s, w)
}

// exhausted is what the compiler says when the machine has nothing left: that is no fault of
// the submission, and at no place in it.
func exhausted(unbuilt []result.Place) error {
	for _, p := range unbuilt {
		for _, why := range []string{"no space left on device", "cannot allocate memory", "resource temporarily unavailable", "too many open files", "signal: killed"} {
			if p.File == "" && strings.Contains(p.Text, why) {
				return errors.New(p.Text)
			}
		}
	}
	return nil
}

// soFar is the result of what is known while a submission is under way.
func (c *Class) soFar(r *result.Result, ev *language.Evidence) *result.Result {
	part := *r
	part.Notes, part.ForStaff = slices.Concat(r.Notes, ev.Notes), slices.Clone(r.ForStaff)
	score.Count(&part, c.Assignment, ev)
	part.Steady()
	return &part
}

// place is a place in words.
func place(p result.Place) string {
	if p.File == "" {
		return p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

func (c *Class) file(name string) string { return filepath.Join(c.Results, name+".json") }

// written is the result that was written before for the same bytes; nil if there is none.
func (c *Class) written(r *result.Result) *result.Result {
	if c.Results == "" {
		return nil
	}
	text, err := os.ReadFile(c.file(r.Submission))
	if err != nil {
		return nil
	}
	before, err := result.Decode(text)
	if err != nil || before.Format != result.Format || before.Digest != r.Digest || before.Submission != r.Submission || before.Status == result.Failed || before.Status == result.Unfinished {
		return nil
	}
	return before
}

// write writes a result, in one piece.
func (c *Class) write(r *result.Result) error {
	if c.Results == "" {
		return nil
	}
	text, err := r.Encode()
	if err != nil {
		return err
	}
	return WriteFile(c.file(r.Submission), text)
}

// WriteFile writes a file so that whoever reads it sees all of it, or what was there
// before.
func WriteFile(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// folderDigest tells what is in a folder.
func folderDigest(dir string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		fmt.Fprintf(h, "%q %d ", rel, len(text))
		h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
