// Package general decides for any specification whether it explains a history: with
// porcupine, which is the search of Wing and Gong (1993) with the memory of Lowe (2017),
// and where an order of single operations is not all there is, with just-in-time
// linearization (Lowe, 2017).
package general
