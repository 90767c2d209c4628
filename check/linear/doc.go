// Package linear decides whether a recorded history can be explained by a
// specification: whether its operations have an order that respects real time
// and in which each returns what the specification lets it return.
//
// [Check] gives one of three answers. It uses the general search of porcupine
// (Athalye; after Wing and Gong, and Lowe's memoization), on a model that
// [Model] derives mechanically from any specification without joint steps.
package linear
