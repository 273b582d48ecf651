// Attack is the hostile algorithm of the attack suite: one static binary, alone in its image, whose first argument says
// what it tries. It prints a line for each try, and a last one, so that an attack which broke off is not taken for one
// that failed. The suite believes what it sees from outside first, and these lines only where they admit success.
//
// What it aims at are hosts of the suite's own, which the suite names in its environment, and the pod that it runs in.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Lines that the suite looks for.
const (
	through = "GOT THROUGH: "
	over    = "attack over"
)

// attacks by name. Each takes the rest of the arguments.
var attacks = map[string]func(arguments []string){
	"egress":    egress,
	"dns":       dns,
	"api":       kubernetesAPI,
	"node":      node,
	"gateway":   gateway,
	"escape":    escape,
	"rights":    rights,
	"surface":   surface,
	"proc":      processes,
	"agent":     attackAgent,
	"alive":     holdAlive,
	"outlive":   outlive,
	"forge":     forge,
	"log":       replaceLog,
	"inputs":    writeInputs,
	"fork":      forkBomb,
	"memory":    memory,
	"spin":      spin,
	"sleep":     sleep,
	"fill":      fill,
	"flood":     flood,
	"files":     files,
	"shape":     shape,
	"leak":      leak,
	"say":       say,
	"arguments": printArguments,
	"work":      work,

	// What the suite itself runs, outside the sandbox.
	"sink":    sink,
	"reach":   reach,
	"packets": packets,
	// What attacks start as processes of their own.
	"daemon": daemon,
}

func main() {
	shoot()
	if len(os.Args) < 2 || attacks[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "usage: attack NAME [ARGUMENT...], NAME one of %s\n", strings.Join(slices.Sorted(maps.Keys(attacks)), ", "))
		os.Exit(64)
	}
	attacks[os.Args[1]](os.Args[2:])
	fmt.Println(over)
}

// try something that must fail.
func try(what string, err error) {
	if err == nil {
		fmt.Println(through + what)
		return
	}
	fmt.Printf("refused: %s: %v\n", what, err)
}

// found something that must not be there.
func found(what string) { fmt.Println(through + what) }

// must do what is no attack yet; without it the attack is none.
func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "the attack could not be prepared:", err)
		os.Exit(70)
	}
}

// The algorithm's folders, as Ocean's contract names them.
const (
	inputs  = "/data/inputs"
	outputs = "/data/outputs"
)

// data of the suite's dataset.
func data() []byte {
	names, err := filepath.Glob(inputs + "/*/0")
	must(err)
	if len(names) != 1 {
		must(fmt.Errorf("expected one dataset with one file, found %v", names))
	}
	text, err := os.ReadFile(names[0])
	must(err)
	return text
}

// rows of the dataset, without its header.
func rows() []string {
	return strings.Split(strings.TrimSpace(string(data())), "\n")[1:]
}

// canary is the row that the owner made up.
func canary() string {
	all := rows()
	return all[len(all)-1]
}

// write an output.
func write(name string, content []byte) {
	path := filepath.Join(outputs, name)
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	must(os.WriteFile(path, content, 0o644))
}
