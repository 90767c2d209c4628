package model

// Package verdict has the same codes.
//
//go:generate go generate ../check/verdict

// Code is the stable name of a kind of fault: "IPC002". `ipccheck explain` has a
// page for each.
type Code string

// Codes of all faults.
const (
	Deadlock         Code = "IPC001"
	LostItem         Code = "IPC002"
	DuplicatedItem   Code = "IPC003"
	ReorderedItem    Code = "IPC004"
	InventedItem     Code = "IPC005"
	Overflow         Code = "IPC006"
	LostWakeup       Code = "IPC007"
	Livelock         Code = "IPC008"
	Starvation       Code = "IPC009"
	DataRace         Code = "IPC010"
	Crash            Code = "IPC011"
	Leak             Code = "IPC012"
	NotLinearizable  Code = "IPC013"
	FalseRefusal     Code = "IPC014"
	OverSynchronised Code = "IPC015"
	BusyWaiting      Code = "IPC016"
	BrokenBoundary   Code = "IPC017"
	FailedAssertion  Code = "IPC018"
)
