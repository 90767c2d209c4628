// Package rewrite makes ordinary Go code run under control: it edits copies of a
// program's files so that what synchronises calls package sched, and builds them
// through the overlay of the go command. The files themselves stay as they are,
// and so do the lines of everything in them.
//
// Of the standard library, packages that have drop-ins are imported in their stead,
// and those whose goroutines and locks are part of what a program does, such as
// net/http, are edited where they are. The runtime travels inside the command, and is
// built as if it were part of the standard library, under the import path
// ipccheck: so every module can import it, vendored or not, and a test that uses
// package check itself meets the same runtime.
package rewrite
