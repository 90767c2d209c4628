package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const events = `{"Action":"run","Package":"m","Test":"TestA"}
{"Action":"pass","Package":"m","Test":"TestA","Verdict":{"verdict":"pass","counts":{"executions":1}}}
{"Action":"pass","Package":"m","Test":"TestB","Verdict":{"verdict":"pass","counts":{"executions":7}}}
{"Action":"skip","Package":"m","Test":"TestC","Verdict":{"verdict":"pass","counts":{"executions":1}}}
{"Action":"fail","Package":"m","Test":"TestD","Verdict":{"verdict":"fail","findings":[{"code":"IPC001","message":"a\n  b"}]}}
{"Action":"fail","Package":"m","Test":"TestE","Verdict":{"verdict":"fail","findings":[{"code":"IPC001","message":"c"}]}}
{"Action":"inconclusive","Package":"m","Test":"TestF","Verdict":{"verdict":"inconclusive","reason":"2 executions were made, and there are more"}}
{"Action":"inconclusive","Package":"m","Test":"TestG","Verdict":{"verdict":"inconclusive","reason":"the program reaches what is not controlled: m.go:1: os.Open"}}
{"Action":"inconclusive","Package":"m","Test":"TestH","Verdict":{"verdict":"inconclusive","reason":"something new"}}
{"Action":"output","Package":"n","Output":"n.go:1: wrong\n"}
{"Action":"fail","Package":"n","Output":"[build failed]"}
`

func TestTable(t *testing.T) {
	read, err := parseRead("# failures\n\nm TestD IPC001: bug: it waits\nm TestE IPC001: false alarm: it does not\n")
	require.NoError(t, err)
	for _, tt := range []struct {
		name           string
		read           map[string]string
		lines, rows    string
		alarms, unread int
	}{
		{"read", read, "m TestD: fail, bug: IPC001 a b\nm TestE: fail, false alarm: IPC001 c\n", "| m v1 | 7 | 2 | 1 | 2 | 1 | 1 | 1 | 1 |\n", 1, 0},
		{"unread", nil, "m TestD: fail, unread: IPC001 a b\nm TestE: fail, unread: IPC001 c\n", "| m v1 | 7 | 2 | 1 | 2 | 0 | 1 | 1 | 1 |\n", 0, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tab := table{read: tt.read}
			lines, err := tab.add("m@v1", []byte(events))
			require.NoError(t, err)
			assert.Equal(t, tt.lines+`m TestF: inconclusive, budget: 2 executions were made, and there are more
m TestG: inconclusive, not controlled: the program reaches what is not controlled: m.go:1: os.Open
m TestH: inconclusive, other: something new
n: does not build: n.go:1: wrong
`, lines)
			assert.Equal(t, tt.alarms, tab.alarms)
			assert.Equal(t, tt.unread, tab.unread)
			assert.Equal(t, `| module | tests | pass | in one execution | fail | false alarm | budget | not controlled | other |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`+tt.rows+strings.Replace(tt.rows, "m v1", "all", 1)+`
Of 5 tests that synchronise and are not over the budget 1 pass, 20 %.
1 packages do not build.
`, tab.markdown())
		})
	}
}

func TestReadMustBeClear(t *testing.T) {
	for text, want := range map[string]string{
		"m TestD: bug: x":          "line 1: expected package test code: class: explanation",
		"\nm TestD IPC001: odd: x": "line 2: expected one of the classes",
		"m TestD IPC001: bug":      "line 1: expected package test code: class: explanation",
	} {
		_, err := parseRead(text)
		assert.ErrorContains(t, err, want)
	}
}
