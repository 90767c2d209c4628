// Package oracle says which fault a short history of a buffer shows: what a handful of
// operations answered, and who still waits. It tries every order in which they can have
// taken effect.
//
// It is built into rewritten programs, where it judges each execution of a scenario: see
// package check/internal/grade. It imports nothing from elsewhere; for histories of any
// length there is package check/linear.
package oracle
