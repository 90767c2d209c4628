package verdict_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
)

// schemaFile is what ipccheck schema prints.
var schemaFile = filepath.Join("..", "internal", "report", "schema.json")

// The schema of what -json writes is made from the types of this package, and from that
// of the events in package report: it has every field, with its comment.
func TestSchemaIsGenerated(t *testing.T) {
	golden.Compare(t, schemaFile, generateSchema(t, ""))
}

// A field that is new makes the schema another one.
func TestSchemaHasEveryField(t *testing.T) {
	with := generateSchema(t, "package verdict\n\ntype Hold struct {\n\tProcess int `json:\"process\"`\n\t// Extra is new.\n\tExtra []int `json:\"extra,omitempty\"`\n}\n")
	assert.NotEqual(t, generateSchema(t, ""), with)
	assert.Contains(t, with, `"extra": {
     "description": "Extra is new.",
     "type": "array",
     "items": {
      "type": "integer"
     }
    }`)
}

// object is a JSON object with its members in order.
type object []member

type member struct {
	name  string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, v := range []any{m.name, m.value} {
			if j > 0 {
				b.WriteByte(':')
			}
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err := e.Encode(v); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schemaOf makes schemas of types out of their source code.
type schemaOf struct {
	types map[string]*ast.TypeSpec
	docs  map[string]string
	enums map[string][]any // values of the constants of a type
	defs  map[string]any
}

// generateSchema makes the schema. The source code given besides, if there is any,
// replaces types.
func generateSchema(t *testing.T, replace string) string {
	t.Helper()
	g := schemaOf{types: map[string]*ast.TypeSpec{}, docs: map[string]string{}, enums: map[string][]any{}, defs: map[string]any{}}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range append(files, filepath.Join("..", "internal", "report", "json.go")) {
		if !strings.HasSuffix(name, "_test.go") {
			g.read(t, name, nil)
		}
	}
	if replace != "" {
		g.read(t, "replace.go", replace)
	}
	var kinds []any
	for _, name := range []string{"Verdict", "Trace", "testEvent"} {
		g.define(t, name)
		kinds = append(kinds, object{{"$ref", ref(name)}})
	}
	g.defs["outcomeLine"] = object{
		{"description", "A line of ipccheck run -outcomes -json: a way in which executions end."}, {"type", "object"},
		{"properties", object{{"outcome", object{{"type", "string"}}}}}, {"required", []string{"outcome"}},
	}
	kinds = append(kinds, object{{"$ref", "#/$defs/outcomeLine"}})
	var defs object
	for _, name := range slices.Sorted(maps.Keys(g.defs)) {
		defs = append(defs, member{name, g.defs[name]})
	}
	b, err := json.Marshal(object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "https://raw.githubusercontent.com/ipccheck/ipccheck/main/check/internal/report/schema.json"},
		{"title", "What ipccheck writes with -json: a line is one of these objects."},
		{"description", "Fields are added within a version, and neither removed nor given another type: readers ignore those that they do not know. What is absent is not known. The texts of message, cause, reason, coverage, label, for and note may change; code, op, kind, field, fingerprint and replay mean the same in all releases."},
		{"oneOf", kinds},
		{"$defs", defs},
	})
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, b, "", " "))
	return out.String() + "\n"
}

// defined is the name of the schema of a type.
func defined(name string) string {
	if name == "testEvent" {
		return "event"
	}
	return strings.ToLower(name[:1]) + name[1:]
}

func ref(name string) string { return "#/$defs/" + defined(name) }

// read takes in the types and constants of a file.
func (g schemaOf) read(t *testing.T, name string, source any) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
	require.NoError(t, err)
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range decl.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				g.types[s.Name.Name] = s
				g.docs[s.Name.Name] = text(decl.Doc)
			case *ast.ValueSpec:
				named, ok := s.Type.(*ast.Ident)
				if !ok || len(s.Values) != 1 {
					continue
				}
				if v, ok := s.Values[0].(*ast.BasicLit); ok && v.Kind == token.STRING {
					value, err := strconv.Unquote(v.Value)
					require.NoError(t, err)
					g.enums[named.Name] = append(g.enums[named.Name], value)
				}
			}
		}
	}
}

// text is a comment without its line breaks.
func text(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// define makes the schema of a type.
func (g schemaOf) define(t *testing.T, name string) {
	if _, ok := g.defs[defined(name)]; ok {
		return
	}
	g.defs[defined(name)] = nil // a type may have itself as a part
	spec := g.types[name]
	require.NotNil(t, spec, name)
	structure, ok := spec.Type.(*ast.StructType)
	if !ok { // a string
		s := object{{"description", g.docs[name]}, {"type", "string"}}
		if name == "Code" { // there will be more
			s = append(s, member{"pattern", "^IPC[0-9]{3}$"})
		} else {
			s = append(s, member{"enum", g.enums[name]})
		}
		g.defs[defined(name)] = s
		return
	}
	properties, required := object{}, []string{}
	for _, f := range structure.Fields.List {
		for _, ident := range f.Names {
			json := ""
			if f.Tag != nil {
				tag, err := strconv.Unquote(f.Tag.Value)
				require.NoError(t, err)
				json = reflect.StructTag(tag).Get("json")
			}
			as, options, _ := strings.Cut(json, ",")
			if as == "" {
				as = ident.Name
			}
			s := g.typed(t, f.Type)
			if _, pointer := f.Type.(*ast.StarExpr); pointer && options == "" {
				s = object{{"anyOf", []any{s, object{{"type", "null"}}}}}
			}
			switch {
			case name == "Verdict" && as == "schema":
				s = object{{"const", "ipccheck/1"}}
			case name == "Trace" && as == "format":
				s = object{{"enum", []string{"ipccheck-trace/1", "ipccheck-trace/2"}}}
			case name == "testEvent" && as == "Action":
				s = object{{"enum", []string{"start", "run", "output", "pass", "skip", "fail", "build-output", "build-fail"}}}
			}
			doc := strings.TrimSpace(text(f.Doc) + " " + text(f.Comment))
			if doc != "" {
				s = append(object{{"description", doc}}, s...)
			}
			properties = append(properties, member{as, s})
			if options == "" {
				required = append(required, as)
			}
		}
	}
	g.defs[defined(name)] = object{{"description", g.docs[name]}, {"type", "object"}, {"properties", properties}, {"required", required}}
}

// typed is the schema of what a field holds.
func (g schemaOf) typed(t *testing.T, e ast.Expr) object {
	switch e := e.(type) {
	case *ast.StarExpr:
		return g.typed(t, e.X)
	case *ast.ArrayType:
		return object{{"type", "array"}, {"items", g.typed(t, e.Elt)}}
	case *ast.SelectorExpr:
		if e.Sel.Name == "Time" {
			return object{{"type", "string"}, {"format", "date-time"}}
		}
		return g.typed(t, e.Sel)
	case *ast.Ident:
		switch e.Name {
		case "string":
			return object{{"type", "string"}}
		case "bool":
			return object{{"type", "boolean"}}
		case "float64":
			return object{{"type", "number"}}
		case "uint64":
			return object{{"type", "integer"}, {"minimum", 0}}
		case "int", "int64":
			return object{{"type", "integer"}}
		}
		g.define(t, e.Name)
		return object{{"$ref", ref(e.Name)}}
	}
	t.Fatalf("no schema for a field of type %T", e)
	return nil
}
