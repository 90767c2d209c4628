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
// [Check] is the general search of porcupine (Athalye; after Wing and Gong, and
// Lowe's memoization), on a model that is derived mechanically from any
// specification without joint steps. Tests compare the monitors with it.
package linear
