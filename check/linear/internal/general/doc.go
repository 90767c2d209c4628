// Package general decides with porcupine whether a specification explains a
// history: the search of Wing and Gong (1993) with the memory of Lowe (2017), for
// any specification.
package general
