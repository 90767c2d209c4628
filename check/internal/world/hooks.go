package world

// The probes of a program that is built to be explored call this package: another
// file stands here then, over a runtime that has them. See package image.
var _ = []any{reached, called, Random, Weak, day, pid, sent, isDoomed, drawn, ordered, listed, shares, uses, exits, pulls}
