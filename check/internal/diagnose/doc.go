// Package diagnose says how a fault comes about: its cause, one clause for each who
// takes part, with the names and places of the source; and which known pattern it is,
// where the trace leaves no doubt.
package diagnose
