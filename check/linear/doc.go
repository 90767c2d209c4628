// Package linear decides whether a recorded history can be explained by a
// specification: whether its operations have an order that respects real time
// and in which each returns what the specification lets it return.
//
// [Decide] answers for any specification, and says what is wrong if there is no
// such order: a code, the operations that prove it, in words. [Verdict] makes a
// report of that, with the shortest part of the history that shows it
// ([Minimal]). [Faults] looks only for what is certainly wrong.
//
// Buffers whose items each are sent once are decided by monitors in near-linear
// time: completion, order (of all items, or of each producer), empty answers by
// the times at which something was inside for certain, close, rendezvous, stuck
// runs (after Burckhardt, Dern, Musuvathi, Tan: Line-Up, PLDI 2010), and for a
// bounded first-in-first-out buffer a search for a sequence of the items. Near to
// the unbounded case is the work of Abdulla, Grahn, Jonsson, Krishna and Mishra,
// and of Lee and Mathur, on monitoring queues; for the bounded one no polynomial
// algorithm is known. Operations that have not returned may have taken effect or
// not, everywhere.
//
// [Check] is a general search for any specification: that of porcupine (Athalye; after
// Wing and Gong, and Lowe's memoization), on a model that is derived mechanically from
// the specification; and where operations take effect together, or no times say which
// of several processes' operations come first, a search of this package that takes
// calls and returns in order of time (after Lowe's just-in-time linearization). Tests
// compare the monitors with it, and all of them with every order that there is.
package linear
