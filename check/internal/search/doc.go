// Package search chooses the schedules under which check/sched runs a program:
// all that differ, one of each, or a part of them.
package search
