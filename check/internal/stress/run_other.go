//go:build !linux

package stress

import (
	"context"
	"errors"
	"time"
)

// Main does nothing here.
func Main() {}

// Transports are none here.
func Transports() []Transport { return nil }

// Run needs Linux.
func Run(context.Context, Config, time.Duration) (*Result, error) {
	return nil, errors.New("stress needs Linux: its transports and its supervision are made of what only Linux has")
}
