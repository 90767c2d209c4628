// Package model says what is right: executable specifications of the objects
// through which processes communicate.
//
// A [Spec] is the sequential meaning of one object, with waiting: in a state,
// an operation has no outcome (it waits), one, or several. A rendezvous has no
// sequential meaning, since two operations take effect together; [Spec] Joint
// gives their common outcomes.
//
// The same value drives every engine: the explorer of models, the sequential
// property test, the linearizability checker and the judge of stuck runs.
package model
