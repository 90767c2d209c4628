// Package cli is the ipccheck command as a function: arguments, streams and
// environment in, exit code out. The manual is that of the command.
package cli
