package rewrite_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/ipccheck/ipccheck/check/rewrite"
	"github.com/ipccheck/ipccheck/check/rewrite/child"
)

func TestTry(t *testing.T) {
	dir := os.Getenv("TRY")
	if dir == "" {
		t.Skip()
	}
	b := &rewrite.Builder{Dir: dir, Progress: func(s string) { fmt.Println(s) }}
	begin := time.Now()
	ts, err := b.Tests(context.Background(), []string{"./..."})
	if err != nil {
		t.Fatal(err)
	}
	_ = begin
	for _, x := range ts {
		fmt.Printf("%s %v %s\n", x.ImportPath, x.Tests, x.Err)
		if x.Binary == "" {
			continue
		}
		var names []string
		for _, f := range x.Tests {
			names = append(names, f.Name)
		}
		err := x.Explore(context.Background(), rewrite.Run{Args: []string{"-test.v"}, Config: child.Config{Tests: names, Executions: 2000, Seconds: 30}}, func(r rewrite.Result) {
			fmt.Println(r.Test, r.Verdict.Answer, r.Verdict.Reason, r.Verdict.Counts.Executions, r.Verdict.Coverage, r.Log, r.Skipped)
			for _, f := range r.Verdict.Findings {
				fmt.Println("   ", f.Code, f.Message)
			}
			fmt.Println(r.Output, r.Report)
		})
		fmt.Println(err)
	}
}
