package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// modelSchema is the version of the JSON form of a model in a list.
const modelSchema = "ipccheck-model/1"

func init() { register(60, listCommand) }

var listCommand = command{
	name: "list", args: "[MODEL...] [flags]", brief: ": the models, their parameters and expected verdicts",
	about: `Lists the models with the verdict that each must get with its default
parameters, or describes the models that are named.`,
	flags:    listFlags,
	examples: []string{"ipccheck list", "ipccheck list circular-queue"},
	exits:    `0, or 2 for a usage or output error.`,
	names:    (*tool).modelNames,
	run:      (*tool).cmdList,
}

var listFlags = []flagDef{jsonFlag, widthFlag, colorFlag}

func (t *tool) cmdList(_ context.Context, args []string) (int, error) {
	p, err := parse("list", args, listFlags)
	if err != nil {
		return 0, err
	}
	looks, err := t.texts("list", p)
	if err != nil {
		return 0, err
	}
	entries := t.entries
	if len(p.names) > 0 {
		entries = nil
		for _, name := range p.names {
			e, err := t.entry("list", name)
			if err != nil {
				return 0, err
			}
			entries = append(entries, e)
		}
	}
	return exitPass, showAll(t, p, entries,
		func(e step.Entry) any { return modelJSON(e) },
		func() error { return t.listAll(looks) },
		func(e step.Entry) error { return t.details(e, looks) })
}

// showAll writes what is known of some things: each in JSON, or a list of all, if none
// is named, or else the page of each.
func showAll[T any](t *tool, p parsed, things []T, asJSON func(T) any, list func() error, page func(T) error) error {
	if !p.on("json") && len(p.names) == 0 {
		return list()
	}
	for i, x := range things {
		var err error
		if p.on("json") {
			err = t.writeJSON(asJSON(x))
		} else {
			if i > 0 {
				fmt.Fprintln(t.stdout)
			}
			err = page(x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tool) writeJSON(v any) error {
	e := json.NewEncoder(t.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (t *tool) listAll(looks report.Options) error {
	rows := make([][]string, len(t.entries))
	for i, e := range t.entries {
		rows[i] = []string{e.Name, expected(e).words(), e.Summary}
	}
	if err := report.Columns(t.stdout, rows, looks); err != nil {
		return err
	}
	_, err := fmt.Fprint(t.stdout, "\nThe verdict is the one with default parameters.\nipccheck list MODEL describes a model.\n")
	return err
}

// details describes a model.
func (t *tool) details(e step.Entry, o report.Options) error {
	if err := report.Paragraph(t.stdout, e.Name+": "+e.Summary, o); err != nil {
		return err
	}
	for _, para := range strings.Split(strings.Trim(e.Doc, "\n"), "\n\n") {
		if strings.TrimSpace(para) == "" {
			continue
		}
		fmt.Fprintln(t.stdout)
		if para[0] == ' ' || para[0] == '\t' {
			if err := t.verbatim(para, o); err != nil {
				return err
			}
			continue
		}
		if err := report.Paragraph(t.stdout, para, o); err != nil {
			return err
		}
	}
	if len(e.Params) > 0 {
		fmt.Fprintln(t.stdout)
		var rows [][]string
		for _, p := range e.Params {
			values, help := takes(p), p.Help
			if len(values) > widestValues {
				values, help = "word", help+": "+words.List(p.Words, "or")
			}
			rows = append(rows, []string{"-" + p.Name, values, fmt.Sprintf("%s (default %s)", help, word(p, p.Default))})
		}
		if err := report.Columns(t.stdout, rows, o); err != nil {
			return err
		}
	}
	fmt.Fprintln(t.stdout)
	return report.Paragraph(t.stdout, "Expected with default parameters: "+expected(e).words(), o)
}

// verbatim writes an indented paragraph, such as code, line by line. What all
// lines are indented by becomes two blanks. Lines that are too long are wrapped.
func (t *tool) verbatim(para string, o report.Options) error {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(para, "\t", "    "), "\n "), "\n")
	common := len(para)
	for _, l := range lines {
		if rest := strings.TrimLeft(l, " "); rest != "" {
			common = min(common, len(l)-len(rest))
		}
	}
	for _, l := range lines {
		l = "  " + l[min(common, len(l)):]
		if utf8.RuneCountInString(l) > o.Width {
			if err := report.Paragraph(t.stdout, l, o); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(t.stdout, l); err != nil {
			return err
		}
	}
	return nil
}

// widestValues is how wide the values of a parameter may be, to stand in a column of
// their own.
const widestValues = 24

// takes says which values a parameter takes.
func takes(p step.Param) string {
	if p.Words != nil {
		return strings.Join(p.Words, "|")
	}
	return fmt.Sprintf("%d..%d", p.Min, p.Max)
}

// modelInfo is the JSON form of a model.
type modelInfo struct {
	Schema  string      `json:"schema"`
	Name    string      `json:"name"`
	Summary string      `json:"summary"`
	Doc     string      `json:"doc"`
	Params  []paramInfo `json:"params"`
	Expect  expectation `json:"expect"` // with default parameters
}

type paramInfo struct {
	Name    string   `json:"name"`
	Help    string   `json:"help"`
	Default string   `json:"default"`
	Min     *int     `json:"min,omitempty"` // numbers
	Max     *int     `json:"max,omitempty"`
	Words   []string `json:"words,omitempty"` // choices of words
}

type expectation struct {
	Answer verdict.Answer `json:"verdict"`
	Codes  []model.Code   `json:"codes"`
}

func modelJSON(e step.Entry) modelInfo {
	m := modelInfo{
		Schema: modelSchema, Name: e.Name, Summary: e.Summary, Doc: e.Doc,
		Params: make([]paramInfo, len(e.Params)), Expect: expected(e),
	}
	for i, p := range e.Params {
		m.Params[i] = paramInfo{Name: p.Name, Help: p.Help, Default: word(p, p.Default), Words: p.Words}
		if p.Words == nil {
			m.Params[i].Min, m.Params[i].Max = &p.Min, &p.Max
		}
	}
	return m
}

// expected is the verdict that a model must get with default parameters.
func expected(e step.Entry) expectation {
	codes := e.Expect(e.Defaults())
	if len(codes) == 0 {
		return expectation{verdict.Pass, []model.Code{}}
	}
	return expectation{verdict.Fail, codes}
}

func (x expectation) words() string {
	words := []string{string(x.Answer)}
	for _, c := range x.Codes {
		words = append(words, string(c))
	}
	return strings.Join(words, " ")
}
