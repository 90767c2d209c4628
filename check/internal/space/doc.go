// Package space explores the states of a model: all of them, breadth first, so
// that the counterexamples it finds are shortest.
package space
