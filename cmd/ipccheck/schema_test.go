package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/command"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// conform says what is wrong with lines of JSON: each must be what the schema describes,
// without fields that it does not have. The error names the first line that is not.
func conform(r io.Reader) error {
	var text bytes.Buffer
	if code := command.Run(context.Background(), []string{"schema"}, nil, &text, os.Stderr, nil); code != 0 {
		return fmt.Errorf("ipccheck schema ends with exit code %d", code)
	}
	schema, err := closed(text.Bytes())
	if err != nil {
		return err
	}
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
			if err == nil {
				err = schema.Validate(v)
			}
			if err != nil {
				return fmt.Errorf("line %d is not as the schema says: %w\n%.300s", n, err, line)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// closed compiles a schema in which objects have no fields that it does not name.
func closed(text []byte) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	shut(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
}

func shut(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			shut(x)
		}
	case map[string]any:
		if _, ok := v["properties"].(map[string]any); ok {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			shut(x)
		}
	}
}

// fill gives every field of a value something that is not zero.
func fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if depth < 8 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), depth+1)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	case reflect.String:
		switch v.Type() {
		case reflect.TypeFor[verdict.Answer]():
			v.SetString(string(verdict.Fail))
		case reflect.TypeFor[verdict.Kind]():
			v.SetString(string(verdict.Test))
		case reflect.TypeFor[verdict.Code]():
			v.SetString(string(verdict.Deadlock))
		case reflect.TypeFor[verdict.Picture]():
			v.SetString(string(verdict.GoPicture))
		default:
			v.SetString("text")
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint64:
		v.SetUint(1)
	}
}

// full is a verdict in which every field is set, as are those of its traces.
func full() *verdict.Verdict {
	v := &verdict.Verdict{}
	fill(reflect.ValueOf(v).Elem(), 0)
	v.Schema = verdict.Schema
	for i := range v.Findings {
		v.Findings[i].Trace.Format = verdict.TraceFormat
	}
	return v
}

func line(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b) + "\n"
}

// The schema has every field of a verdict and of a trace, and says what they hold.
func TestSchemaHasEveryField(t *testing.T) {
	v := full()
	trace := *v.Findings[0].Trace
	event := map[string]any{"Time": time.Now(), "Action": "fail", "Package": "p", "Test": "t", "Elapsed": 0.5, "Verdict": v}
	all := line(t, v) + line(t, trace) + line(t, event) + line(t, map[string]string{"outcome": "finished"})
	require.NoError(t, conform(strings.NewReader(all)))
	for i, wrong := range []any{
		struct {
			*verdict.Verdict
			Extra int `json:"extra"`
		}{v, 1},
		struct {
			verdict.Trace
			Extra int `json:"extra"`
		}{trace, 1},
		map[string]any{"Time": time.Now(), "Action": "inconclusive"},
		map[string]any{"Time": "today", "Action": "fail"},
		map[string]any{"outcome": 1}, []int{1}, nil,
	} {
		assert.Error(t, conform(strings.NewReader(line(t, wrong))), "%d", i)
	}
	trace.Format = "ipccheck-trace/3"
	assert.Error(t, conform(strings.NewReader(line(t, trace))))
	assert.ErrorContains(t, conform(strings.NewReader("\n{\n")), "line 2")
}

// The golden files of reports have JSON that is as the schema says.
func TestGoldenFilesConform(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "check", "internal", "report", "testdata", "*.golden"))
	require.NoError(t, err)
	seen := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		if _, text, ok := strings.Cut(string(b), "==== json\n"); ok {
			text, _, _ = strings.Cut(text, "\n==== ")
			assert.NoError(t, conform(strings.NewReader(text)), file)
			seen++
		}
	}
	assert.NotZero(t, seen)
}
