package suite

import (
	"os"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/model"
)

// partsEnv restricts the suites to one part, for the project's own tests.
const partsEnv = "IPCCHECK_TEST_PART"

// onlyExhaustive reports whether the suites are restricted to the exhaustive part.
func onlyExhaustive() bool { return os.Getenv(partsEnv) == "exhaustive" }

// sequencesPerCapacity is how many sequences of operations are tried on objects of
// one capacity.
const sequencesPerCapacity = 30

// Buffer checks a buffer. Terms are what one built with n promises, but for Kinds:
// the suite finds out which operations the object has.
func (s *Suite) Buffer(build func(n int) harness.Object, terms func(n int) contract.Terms) {
	if kinds, ok := s.operations(build, terms(s.Capacities[0]), true); ok {
		s.buffer(build, terms, kinds, func() {})
	}
}

// buffer checks a buffer. Further parts that are short come before the long concurrent
// one.
func (s *Suite) buffer(build func(n int) harness.Object, terms func(n int) contract.Terms, kinds []model.Kind, further func()) {
	subjects := s.subjects(build, func(n int) contract.Contract { return contract.Buffer(with(terms(n), kinds)) })
	if onlyExhaustive() {
		if s.startExhaustive("exhaustive") {
			s.exhaustive(subjects)
		}
		further()
		return
	}
	s.tryAll("sequential", subjects, &s.sequences, "%d sequences of operations one at a time", func(o subject) {
		t := o.contract.Terms()
		s.sequential(o, min(t.Most(true), t.Most(false), 2), sequencesPerCapacity*s.Runs)
	})
	first := exec.Suites != nil // what the other parts leave behind is not there yet
	if first && s.startExhaustive("exhaustive") {
		s.exhaustive(subjects)
	}
	s.tryAll("waking", subjects, &s.scenes, "%d scenes of processes that wait", s.wakingScenes)
	further()
	if s.start("concurrent") {
		for _, o := range subjects {
			s.concurrent(o)
		}
		s.coveredExecutions()
	}
	if !first && s.startExhaustive("exhaustive") {
		s.exhaustive(subjects)
	}
}

// tryAll is a part that tries something on every subject, and says how often: by how much count has
// grown.
func (s *Suite) tryAll(name string, subjects []subject, count *int, did string, try func(o subject)) {
	if !s.start(name) {
		return
	}
	before := *count
	for _, o := range subjects {
		try(o)
	}
	s.did(did, *count-before)
}

// sequencesOfTwo tries sequences of operations of two processes.
func (s *Suite) sequencesOfTwo(o subject) { s.sequential(o, 2, sequencesPerCapacity*s.Runs) }

// with are the terms of an object with these operations.
func with(t contract.Terms, kinds []model.Kind) contract.Terms {
	t.Kinds = kinds
	return t
}

// Mailboxes are mailboxes under test.
type Mailboxes struct {
	One   func(n int) harness.Object // one mailbox, as a buffer
	Boxes func(n int) harness.Object // all of them
	Terms func(n int) contract.Terms // of each, but for Kinds
	Sizes model.Sizes
	Fits  int // a size of messages that the mailboxes take
}

// Mailboxes checks mailboxes: one as a buffer, then several.
func (s *Suite) Mailboxes(m Mailboxes) {
	kinds, ok := s.operations(m.One, m.Terms(s.Capacities[0]), true)
	if !ok {
		return
	}
	all := append([]model.Kind{model.Create, model.Destroy}, kinds...)
	subjects := s.subjects(m.Boxes, func(n int) contract.Contract { return contract.Mailboxes(with(m.Terms(n), all), m.Sizes) })
	s.buffer(m.One, m.Terms, kinds, func() {
		s.tryAll("boxes", subjects, &s.sequences, "%d sequences on boxes that come and go", s.sequencesOfTwo)
		s.tryAll("destroying", subjects, &s.scenes, "%d scenes in which a box is destroyed while processes wait", func(o subject) {
			s.destroyingScenes(o, m.Fits)
		})
	})
}

// Stream is a stream of bytes under test.
type Stream struct {
	Bytes func(n int) harness.Object
	Terms func(n int) contract.Terms // but for Kinds; capacities are in blocks
	// Atomic is as in [contract.Stream].
	Atomic int

	// Records is the stream as a buffer of records of RecordBytes bytes each. Only if
	// RecordTerms is set, records keep together and can be checked so.
	Records     func(n int) harness.Object
	RecordTerms func(n int) contract.Terms
	RecordBytes int
}

// Stream checks a stream: of records, as a buffer, then of bytes.
func (s *Suite) Stream(m Stream) {
	kinds, ok := s.operations(m.Records, m.Terms(s.Capacities[0]), false)
	if !ok {
		return
	}
	all := kinds
	if m.Bytes(s.Capacities[0]).Has(model.CloseRead) {
		all = append(slices.Clone(kinds), model.CloseRead)
	}
	subjects := s.subjects(m.Bytes, func(n int) contract.Contract { return contract.Stream(with(m.Terms(n), all), m.Atomic) })
	explored := func() {
		if s.startExhaustive("bytes, exhaustive") {
			s.exhaustive(subjects)
		}
	}
	first := exec.Suites != nil
	bytes := func() {
		if first {
			explored()
		}
		if !onlyExhaustive() {
			s.bytes(subjects)
		}
	}
	if m.RecordTerms != nil {
		s.buffer(m.Records, m.RecordTerms, kinds, bytes)
	} else {
		s.unchecked("records of %d bytes as the items of a buffer: they need not go in at once", m.RecordBytes)
		bytes()
	}
	if !first {
		explored()
	}
}

// bytes are the parts of a stream under the real scheduler.
func (s *Suite) bytes(subjects []subject) {
	s.tryAll("bytes", subjects, &s.sequences, "%d sequences of writes and reads of all lengths", s.sequencesOfTwo)
	s.tryAll("crowds", subjects, &s.scenes, "%d scenes in which one operation wakes several", s.crowdScenes)
	if s.start("bytes, concurrent") {
		made, overlapping := s.executions, s.overlaps
		for _, o := range subjects {
			s.concurrent(o)
		}
		s.did("%d concurrent runs of writes and reads of all lengths, in %d of which operations overlapped", s.executions-made, s.overlaps-overlapping)
	}
}
