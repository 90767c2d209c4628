// Package report writes verdicts for people and for programs: text, a table for
// sweeps over parameters, JSON lines, JUnit XML, SARIF, code quality reports of GitLab,
// annotations and summaries of GitHub, and sequence diagrams.
//
// The forms of output are a registry of [Format]s, a file each: every command
// writes its results through one.
//
// The same verdict gives the same bytes: no report but JSON, JUnit and those of go
// tests shows the elapsed time, and only the events of go tests look at the clock.
// Texts keep to a width, 80 columns by default: what does not fit is wrapped, never
// cut. The commands that run a
// trace again are the exception: they stay on one line, to be copied.
package report
