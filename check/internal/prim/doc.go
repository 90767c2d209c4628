// Package prim is what a search and those who execute programs for it have in
// common: the kinds of operations on primitives, what they do, when they can be
// executed, which of them commute, and what they are called; the log of an
// execution, the plan of one, and the [Executor] that turns plans into logs.
//
// Each primitive is one file. It declares its kinds, describes them with
// [describe], and says of every pair that can meet on one object whether the two
// depend on each other or commute, and then why. A pair that nobody has declared
// makes every program that imports the package panic at its start.
package prim
