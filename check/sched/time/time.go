// Package time stands in for the standard library's: the same names, with
// virtual time in an exploration, and the real thing outside of one. Virtual
// time jumps to the next timer when no goroutine can go on. It may also do so
// before, for a goroutine may be held up for any length of time: an exploration
// tries where that makes a difference.
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
