package main

import (
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

const (
	modelPath   = "model/cognito-idp.json"
	apiPath     = "internal/api"
	unbuiltPath = "internal/endpoint/operation/unbuilt.go"
	docPath     = "docs/operations.md"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("modelgen: ")
	root := flag.String("root", "", "root of the module; found from the working directory if empty")
	flag.Parse()
	if err := run(*root); err != nil {
		log.Fatal(err)
	}
}

func run(root string) error {
	if root == "" {
		dir, err := moduleRoot()
		if err != nil {
			return err
		}
		root = dir
	}
	files, err := generate(root)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(root, name), files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns every generated file by its path below root.
func generate(root string) (map[string][]byte, error) {
	data, err := os.ReadFile(filepath.Join(root, modelPath))
	if err != nil {
		return nil, err
	}
	m, err := parseModel(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", modelPath, err)
	}
	files, err := emitAPI(m)
	if err != nil {
		return nil, err
	}
	unbuilt, err := unbuiltOperations(filepath.Join(root, unbuiltPath))
	if err != nil {
		return nil, err
	}
	files[docPath] = operationsPage(m, unbuilt)
	return files, nil
}

// moduleRoot returns the nearest folder at or above the working directory
// that holds a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod at or above the working directory")
		}
		dir = parent
	}
}
