package page

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// The scripts are modules, as editors and test tools know them, and the page has
// one script, as it must stand alone. Of the language of modules they use imports of
// names from files beside them, and exports of declarations.
var (
	imports = regexp.MustCompile(`(?m)^import (\{[^}]*\}) from '\./([a-z]+\.js)';$`)
	exports = regexp.MustCompile(`(?m)^export ((?:async )?(?:const|function|class) (\w+|\$))`)
)

// bundle makes one script of a module and those that it imports. Each becomes a
// block, after those of what it imports; its exports go through an object that all
// of them see. It is an error if modules import each other in a circle.
func bundle(files fs.FS, main string) (string, error) {
	var b strings.Builder
	done := map[string]bool{}
	var add func(name string, above []string) error
	add = func(name string, above []string) error {
		if slices.Contains(above, name) {
			return fmt.Errorf("modules import each other: %s", strings.Join(append(above, name), ", "))
		}
		if done[name] {
			return nil
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		for _, m := range imports.FindAllSubmatch(text, -1) {
			if err := add(string(m[2]), append(above, name)); err != nil {
				return err
			}
		}
		done[name] = true
		var names []string
		for _, m := range exports.FindAllSubmatch(text, -1) {
			names = append(names, string(m[2]))
		}
		body := imports.ReplaceAllString(string(text), "const $1 = modules['$2'];")
		body = exports.ReplaceAllString(body, "$1")
		fmt.Fprintf(&b, "{\n%s\nmodules['%s'] = {%s};\n}\n", body, name, strings.Join(names, ", "))
		return nil
	}
	if err := add(main, nil); err != nil {
		return "", err
	}
	return "(() => {\n'use strict';\nconst modules = {};\n" + b.String() + "})();\n", nil
}
