// Package time stands in for the standard library's: the same names, with
// virtual time in an exploration, and the real thing outside of one. Virtual
// time stands still while any goroutine can go on; when none can, it jumps to the
// next timer.
//
//ipccheck:standsfor time
package time

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// What has nothing to do with the clock is the standard library's.
type (
	Duration   = time.Duration
	Time       = time.Time
	Month      = time.Month
	Weekday    = time.Weekday
	Location   = time.Location
	ParseError = time.ParseError
)

const (
	Nanosecond  = time.Nanosecond
	Microsecond = time.Microsecond
	Millisecond = time.Millisecond
	Second      = time.Second
	Minute      = time.Minute
	Hour        = time.Hour

	Layout      = time.Layout
	ANSIC       = time.ANSIC
	UnixDate    = time.UnixDate
	RubyDate    = time.RubyDate
	RFC822      = time.RFC822
	RFC822Z     = time.RFC822Z
	RFC850      = time.RFC850
	RFC1123     = time.RFC1123
	RFC1123Z    = time.RFC1123Z
	RFC3339     = time.RFC3339
	RFC3339Nano = time.RFC3339Nano
	Kitchen     = time.Kitchen
	Stamp       = time.Stamp
	StampMilli  = time.StampMilli
	StampMicro  = time.StampMicro
	StampNano   = time.StampNano
	DateTime    = time.DateTime
	DateOnly    = time.DateOnly
	TimeOnly    = time.TimeOnly

	January   = time.January
	February  = time.February
	March     = time.March
	April     = time.April
	May       = time.May
	June      = time.June
	July      = time.July
	August    = time.August
	September = time.September
	October   = time.October
	November  = time.November
	December  = time.December

	Sunday    = time.Sunday
	Monday    = time.Monday
	Tuesday   = time.Tuesday
	Wednesday = time.Wednesday
	Thursday  = time.Thursday
	Friday    = time.Friday
	Saturday  = time.Saturday
)

var (
	UTC   = time.UTC
	Local = time.Local
)

// Date is time.Date.
//
//go:norace
func Date(year int, month Month, day, hour, min, sec, nsec int, loc *Location) Time {
	return time.Date(year, month, day, hour, min, sec, nsec, loc)
}

// Unix is time.Unix.
//
//go:norace
func Unix(sec, nsec int64) Time { return time.Unix(sec, nsec) }

// UnixMilli is time.UnixMilli.
//
//go:norace
func UnixMilli(msec int64) Time { return time.UnixMilli(msec) }

// UnixMicro is time.UnixMicro.
//
//go:norace
func UnixMicro(usec int64) Time { return time.UnixMicro(usec) }

// Parse is time.Parse.
//
//go:norace
func Parse(layout, value string) (Time, error) { return time.Parse(layout, value) }

// ParseInLocation is time.ParseInLocation.
//
//go:norace
func ParseInLocation(layout, value string, loc *Location) (Time, error) {
	return time.ParseInLocation(layout, value, loc)
}

// ParseDuration is time.ParseDuration.
//
//go:norace
func ParseDuration(s string) (Duration, error) { return time.ParseDuration(s) }

// FixedZone is time.FixedZone.
//
//go:norace
func FixedZone(name string, offset int) *Location { return time.FixedZone(name, offset) }

// LoadLocation is time.LoadLocation.
//
//go:norace
func LoadLocation(name string) (*Location, error) { return time.LoadLocation(name) }

// LoadLocationFromTZData is time.LoadLocationFromTZData.
//
//go:norace
func LoadLocationFromTZData(name string, data []byte) (*Location, error) {
	return time.LoadLocationFromTZData(name, data)
}

// Now is the time.
//
//go:norace
func Now() Time {
	if g := exec.Current(); g != nil {
		return g.Now().Local()
	}
	if since, virtual := image.Look(); virtual {
		return exec.Epoch.Add(since).Local()
	}
	return time.Now()
}

// Since is the time that has passed since t.
//
//go:norace
func Since(t Time) Duration { return Now().Sub(t) }

// Until is the time left until t.
//
//go:norace
func Until(t Time) Duration { return t.Sub(Now()) }

// Sleep waits for d.
//
//go:norace
func Sleep(d Duration) {
	if g := exec.Current(); g != nil {
		g.Sleep(d)
		return
	}
	image.Wait()
	image.Pass(d)
	time.Sleep(d)
}

// Timer is a time.Timer.
type Timer struct {
	// C gets the time when it fires.
	C <-chan Time

	real *time.Timer
	t    *exec.Timer
	c    chan Time
	f    func() // instead of c
	// late does what it does when it fires, outside of executions.
	late func()
	held *image.Timer // it was set before the executions
}

// set sets it to fire after d: in an execution, or before.
//
//go:norace
func (t *Timer) set(d Duration) {
	if g := exec.Current(); g != nil {
		if t.f != nil {
			t.t = g.FuncTimer(d, t.f)
		} else {
			t.t = g.ChanTimer(d, 0, t.c)
		}
		return
	}
	t.held = image.Hold(func() { t.set(d) }, func() func() bool {
		return time.AfterFunc(d, func() { image.Pass(d); t.late() }).Stop
	})
}

// NewTimer fires after d.
//
//go:norace
func NewTimer(d Duration) *Timer {
	if exec.Current() == nil && !image.Early() {
		r := time.NewTimer(d)
		return &Timer{C: r.C, real: r}
	}
	c := make(chan Time, 1)
	t := &Timer{C: c, c: c, late: func() { offer(c) }}
	t.set(d)
	return t
}

// offer sends the time if there is room.
//
//go:norace
func offer(c chan Time) {
	select {
	case c <- Now():
	default:
	}
}

// After gives a channel that gets the time after d.
//
//go:norace
func After(d Duration) <-chan Time { return NewTimer(d).C }

// AfterFunc calls f in a goroutine of its own after d.
//
//go:norace
func AfterFunc(d Duration, f func()) *Timer {
	if exec.Current() == nil && !image.Early() {
		return &Timer{real: time.AfterFunc(d, f)}
	}
	t := &Timer{f: f, late: f}
	t.set(d)
	return t
}

// Stop prevents it from firing, and reports whether it did. What it has sent and
// nobody has received is withdrawn, and counts as not fired.
//
//go:norace
func (t *Timer) Stop() bool {
	if t.real != nil {
		return t.real.Stop()
	}
	if t.late == nil {
		panic("time: Stop called on uninitialized Timer")
	}
	g := exec.Current()
	switch {
	case g != nil && t.t != nil:
		was := t.t.Stop(g)
		return t.drain() || was
	case g == nil && t.held != nil:
		was := t.held.Stop()
		return t.drain() || was
	}
	return false
}

// Reset makes it fire after d from now, and reports whether it was going to.
//
//go:norace
func (t *Timer) Reset(d Duration) bool {
	if t.real != nil {
		return t.real.Reset(d)
	}
	if t.late == nil {
		panic("time: Reset called on uninitialized Timer")
	}
	g := exec.Current()
	if g != nil && t.t != nil {
		was := t.t.Stop(g)
		was = t.drain() || was
		t.t.Set(g, d)
		return was
	}
	was := t.Stop()
	t.set(d)
	return was
}

//go:norace
func (t *Timer) drain() bool {
	if len(t.c) == 0 {
		return false
	}
	exec.Recv[Time](t.c)
	return true
}

// Ticker is a time.Ticker.
type Ticker struct {
	// C gets the time at every tick, if there is room.
	C <-chan Time

	real *time.Ticker
	t    *exec.Timer
	c    chan Time
	d    Duration
	held *image.Timer // it was set before the executions
}

// NewTicker ticks every d. It panics if d is not positive.
//
//go:norace
func NewTicker(d Duration) *Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	if exec.Current() == nil && !image.Early() {
		r := time.NewTicker(d)
		return &Ticker{C: r.C, real: r}
	}
	c := make(chan Time, 1)
	t := &Ticker{C: c, c: c, d: d}
	t.set()
	return t
}

// set begins the ticks: in an execution, or before.
//
//go:norace
func (t *Ticker) set() {
	if g := exec.Current(); g != nil {
		t.t = g.ChanTimer(t.d, t.d, t.c)
		return
	}
	t.held = image.Hold(t.set, func() func() bool {
		var r *time.Timer
		r = time.AfterFunc(t.d, func() {
			image.Pass(t.d)
			offer(t.c)
			r.Reset(t.d)
		})
		return func() bool { r.Stop(); return true }
	})
}

// Stop ends the ticks.
//
//go:norace
func (t *Ticker) Stop() {
	if t.real != nil {
		t.real.Stop()
		return
	}
	if g := exec.Current(); g == nil && t.held != nil {
		t.held.Stop()
	} else if g != nil && t.t != nil {
		t.t.Stop(g)
	}
}

// Reset ticks every d from now.
//
//go:norace
func (t *Ticker) Reset(d Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	if t.real != nil {
		t.real.Reset(d)
		return
	}
	if t.c == nil {
		panic("time: Reset called on uninitialized Ticker")
	}
	g := exec.Current()
	if g != nil && t.t != nil {
		t.d = d
		t.t.Stop(g)
		t.t.SetPeriod(g, d)
		return
	}
	t.Stop()
	t.d = d
	t.set()
}

// Tick is the channel of a ticker that is never stopped; nil if d is not
// positive.
//
//go:norace
func Tick(d Duration) <-chan Time {
	if d <= 0 {
		return nil
	}
	return NewTicker(d).C
}
