package check

import "github.com/ipccheck/ipccheck/check/verdict"

// refuse is the verdict on what cannot be checked as it is asked for.
func refuse(name, engine, why string) *verdict.Verdict {
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Answer: verdict.Inconclusive, Reason: why,
		Findings: []verdict.Finding{}, Engine: engine,
	}
}
