// Package report writes verdicts for people and for programs: text, a table for
// sweeps over parameters, JSON lines and JUnit XML.
//
// The same verdict gives the same bytes: no report but JSON and JUnit shows the
// elapsed time, and none looks at the clock. Texts keep to a width, 80 columns
// by default: what does not fit is wrapped, never cut. The commands that run a
// trace again are the exception: they stay on one line, to be copied.
package report
