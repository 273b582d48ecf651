// Command documentation writes the manual of c2d, one page for each verb, into a folder. It must be there already.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/command"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: documentation FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "write the documentation: %v\n", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	old, err := filepath.Glob(filepath.Join(folder, "c2d*.md"))
	if err != nil {
		return err
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	root := command.New("", "kubectl c2d", genericiooptions.NewTestIOStreamsDiscard())
	// The place of the cache depends on who generates this.
	if flag := root.PersistentFlags().Lookup("cache-dir"); flag != nil {
		flag.DefValue = "$HOME/.kube/cache"
	}
	name := func(file string) string { return strings.ReplaceAll(file, "kubectl_", "") }
	return tree(root, folder, name)
}

// tree of pages. doc.GenMarkdownTree would name them after the program's two words.
func tree(cmd *cobra.Command, folder string, name func(string) string) error {
	for _, child := range cmd.Commands() {
		if !child.IsAvailableCommand() || child.IsAdditionalHelpTopicCommand() {
			continue
		}
		if err := tree(child, folder, name); err != nil {
			return err
		}
	}
	file, err := os.Create(filepath.Join(folder, name(strings.ReplaceAll(cmd.CommandPath(), " ", "_"))+".md"))
	if err != nil {
		return err
	}
	if err := doc.GenMarkdownCustom(cmd, file, name); err != nil {
		return err
	}
	return file.Close()
}
