package image

import (
	"embed"
	"fmt"
	"path/filepath"
	"strings"
)

// Files is the source code of this package, which is built into rewritten
// programs.
//
//go:embed *.go
var Files embed.FS

//go:embed overlay
var overlay embed.FS

// kept are the variables of the standard library that are in the image: what
// programs change through functions of their packages, or assign to.
var kept = map[string][]string{
	"archive/zip":   {"compressors", "decompressors"},
	"crypto":        {"hashes"},
	"crypto/rand":   {"Reader"},
	"database/sql":  {"drivers"},
	"encoding/gob":  {"nameToConcreteType", "concreteTypeToName"},
	"expvar":        {"vars"},
	"flag":          {"CommandLine", "Usage"},
	"image":         {"atomicFormats"},
	"log":           {"std"},
	"log/slog":      {"defaultLogger", "logLoggerLevel"},
	"math/rand":     {"globalRandGenerator"},
	"mime":          {"once", "mimeTypes", "mimeTypesLower", "extensions"},
	"net":           {"DefaultResolver"},
	"net/http":      {"DefaultClient", "DefaultTransport", "DefaultServeMux", "defaultServeMux"},
	"os":            {"Args", "Stdin", "Stdout", "Stderr"},
	"runtime/pprof": {"profiles"},
	"time":          {"Local"},
}

// Overlay is what a program that has an image is built over, by path below the
// folder of the Go distribution's sources.
func Overlay() map[string][]byte {
	read := func(name string) []byte {
		text, err := overlay.ReadFile("overlay/" + name)
		if err != nil {
			panic(err)
		}
		return text
	}
	out := map[string][]byte{
		"runtime/zz_ipccheck_image.go":  read("runtime.go.txt"),
		"runtime/zz_ipccheck_parent.go": read("parent.go.txt"),
		"ipccheck/image/heap.go":        read("heap.go.txt"),
		"ipccheck/exec/heap.go":         read("exec_heap.go.txt"),
		"ipccheck/exec/native.go":       read("exec_native.go.txt"),
		"ipccheck/exec/native_chan.go":  read("exec_native_chan.go.txt"),
		"ipccheck/world/hooks.go":       read("world_hooks.go.txt"),
	}
	for pkg, names := range kept {
		name := pkg[strings.LastIndexByte(pkg, '/')+1:]
		text := "package " + name + "\n\nimport ipccheck \"runtime\"\n\nfunc init() {\n"
		for _, v := range names {
			text += fmt.Sprintf("\tipccheck.IpccheckKeep(%q, &%s)\n", pkg+"."+v, v)
		}
		out[filepath.Join(pkg, "zz_ipccheck_image.go")] = []byte(text + "}\n")
	}
	return out
}
