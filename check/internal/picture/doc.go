// Package picture reads traces for those who show them: who acts, in which call, on
// which object, where, by the names that a trace gives.
//
// A trace may come from anywhere, of any version of the format. What it refers to and
// does not have is named by its number, and nothing here panics.
package picture
