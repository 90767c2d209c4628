package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// Every execution begins in the state in which the first one begins. Package image
// sees to it; it is told of the package variables.

// globals adds to the files of a package what names its variables.
func globals(sources []*source) {
	if len(sources) == 0 || sources[0].checker() {
		return
	}
	linked := map[string]bool{}
	for _, s := range sources {
		for _, group := range s.file.Comments {
			for _, c := range group.List {
				if f := strings.Fields(c.Text); len(f) > 1 && f[0] == "//go:linkname" {
					linked[f[1]] = true
				}
			}
		}
	}
	for _, s := range sources {
		var names, pointers []string
		for _, d := range s.file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR {
				continue
			}
			for _, spec := range decl.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					if id.Name != "_" && !linked[id.Name] {
						names = append(names, strconv.Quote(id.Name+" "+s.where(id.Pos())))
						pointers = append(pointers, "&"+id.Name)
					}
				}
			}
		}
		if len(names) > 0 {
			s.uses["image"] = true
			fmt.Fprintf(&s.tail, "func init() { %simage.Vars(%q, %simage.Names{%s}, %s) };", rt, s.types.Path(), rt, strings.Join(names, ", "), strings.Join(pointers, ", "))
		}
	}
}
