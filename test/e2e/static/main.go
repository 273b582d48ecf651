// Static is an algorithm in an image of its own, with nothing else in it. It writes down its first argument.
package main

import "os"

func main() {
	if len(os.Args) < 2 {
		os.Exit(2)
	}
	if err := os.WriteFile("/data/outputs/arguments.txt", []byte(os.Args[1]), 0o644); err != nil {
		os.Exit(1)
	}
}
