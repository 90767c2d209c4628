//go:build !linux

package rewrite

import "time"

func resident(int) uint64 { return 0 }

func computed(int) time.Duration { return 0 }

func sweep(string) {}
