package assignment_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
)

const right = `{
 "assignment": "x",
 "language": "go",
 "hand_in": "buffer.go",
 "properties": [
  {"name": "items", "points": 3, "codes": ["IPC002"]}
 ]
}`

func read(t *testing.T, text string) (*assignment.Assignment, error) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, assignment.File), []byte(text), 0o600))
	return assignment.Read(dir)
}

// A mistake is told with its line, what it is, and what to do.
func TestMistakes(t *testing.T) {
	a, err := read(t, right)
	require.NoError(t, err)
	assert.Equal(t, assignment.HandIn{"buffer.go"}, a.HandIn)
	assert.Equal(t, 3.0, a.Max())
	for _, c := range []struct{ from, to, want string }{
		{`"x"`, `""`, ":1: the assignment has no name: add"},
		{`"x",`, `"x"`, ":3: invalid character"},
		{`"go"`, `7`, ":3: language is a number: expected a string"},
		{`"hand_in"`, `"handin"`, `:4: there is no field handin: ipccheck grade -schema lists the fields`},
		{`"buffer.go"`, `"../buffer.go"`, `:4: hand_in ../buffer.go is no name of a file: name a file of the folder`},
		{`"IPC002"`, `"IPC099"`, `:6: properties[0].codes[0] is IPC099, and no such code is known: ipccheck explain lists them`},
		{`3`, `-3`, `:6: items has -3 points: expected a number of at least 0`},
		{`3`, `0`, `:6: all properties together have 0 points: give a property points`},
		{`"properties"`, `"suites": {"TestLink": "direct"}, "properties"`, `:5: the suite TestLink is for a property direct, which there is not`},
		{`["IPC002"]`, `["IPC002"], "presumes": ["items"]`, `:6: items presumes items, which is no other property: name other properties`},
		{`}
 ]`, `}, {"name": "Items", "points": 1, "codes": ["any"]}
 ]`, `there are two properties Items: give each a name of its own`},
	} {
		_, err := read(t, strings.Replace(right, c.from, c.to, 1))
		require.Error(t, err, c.to)
		assert.Contains(t, strings.ReplaceAll(err.Error(), `"`, ""), c.want)
	}
}

// The schema has the fields that are read, and no others.
func TestSchemaHasTheFields(t *testing.T) {
	var schema struct {
		Properties map[string]struct {
			Items struct {
				Properties map[string]any
			}
		}
	}
	require.NoError(t, json.Unmarshal(assignment.Schema, &schema))
	fields := func(of any) (names []string) {
		for f := range reflect.TypeOf(of).Fields() {
			if name := f.Tag.Get("json"); name != "-" {
				names = append(names, name)
			}
		}
		return names
	}
	keys := func(m map[string]any) (names []string) {
		for k := range m {
			names = append(names, k)
		}
		return names
	}
	top := map[string]any{}
	for k := range schema.Properties {
		top[k] = true
	}
	assert.ElementsMatch(t, fields(assignment.Assignment{}), keys(top))
	assert.ElementsMatch(t, fields(assignment.Property{}), keys(schema.Properties["properties"].Items.Properties))
}

// The assignment to start from is one, and is not written over anything.
func TestInit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "homework")
	require.NoError(t, assignment.Init(dir))
	a, err := assignment.Read(dir)
	require.NoError(t, err)
	assert.Equal(t, 100.0, a.Max())
	assert.ErrorContains(t, assignment.Init(dir), "not empty")
}
