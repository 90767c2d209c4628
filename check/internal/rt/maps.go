package rt

import "iter"

// Keys is maps.Keys.
//
//go:norace
//ipccheck:standsfor maps.Keys
func Keys[M ~map[K]V, K comparable, V any](m M) iter.Seq[K] {
	return func(yield func(K) bool) {
		for e := RangeMap(m); e.Next() && yield(e.Key); {
		}
	}
}

// Values is maps.Values.
//
//go:norace
//ipccheck:standsfor maps.Values
func Values[M ~map[K]V, K comparable, V any](m M) iter.Seq[V] {
	return func(yield func(V) bool) {
		for e := RangeMap(m); e.Next() && yield(e.Value); {
		}
	}
}

// All is maps.All.
//
//go:norace
//ipccheck:standsfor maps.All
func All[M ~map[K]V, K comparable, V any](m M) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for e := RangeMap(m); e.Next() && yield(e.Key, e.Value); {
		}
	}
}
