// Package logfile reads and writes recorded histories.
//
// The format of its own is JSON lines: a header, an event a line in order of
// time, and a footer that says how the run ended (schema.json describes it). It
// also reads the queue logs of Violin and LiMo, of fastlin and PolyLin, and the
// queue histories of Jepsen in EDN. Every reader takes its input as a stream,
// and answers what it cannot take with file, line and what it expected; nothing
// is guessed.
package logfile
