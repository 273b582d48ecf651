package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of every attack on resources, for clusters where nothing else bounds it.
const (
	mostProcesses = 4096
	mostBytes     = 4 << 30
	// held is how long what was taken is kept, for the neighbours to feel it.
	held = 3 * time.Second
)

// forkBomb starts processes that only wait, until it may start no more.
func forkBomb([]string) {
	started := 0
	for ; started < mostProcesses; started++ {
		pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
		if errno != 0 {
			fmt.Println("refused: one more process:", errno)
			break
		}
		if pid == 0 {
			for {
				_, _, _ = unix.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
			}
		}
	}
	if started >= mostProcesses {
		found(fmt.Sprintf("%d processes", started))
	}
	fmt.Println("processes:", started)
	time.Sleep(held)
}

// memory of one kind, without end.
func memory(arguments []string) {
	const step = 4 << 20
	page := make([]byte, step)
	for i := range page {
		page[i] = byte(i)
	}
	var file *os.File
	switch kind := arguments[0]; kind {
	case "anonymous":
		for taken := 0; taken < mostBytes; taken += step {
			memory, err := unix.Mmap(-1, 0, step, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
			if err != nil {
				fmt.Println("refused:", err)
				return
			}
			copy(memory, page)
		}
		found("4 GiB of memory")
		return
	case "shm":
		var err error
		file, err = os.Create("/dev/shm/bomb")
		must(err)
	case "memfd":
		fd, err := unix.MemfdCreate("bomb", 0)
		must(err)
		file = os.NewFile(uintptr(fd), "bomb")
	}
	taken := 0
	for ; taken < mostBytes; taken += step {
		if _, err := file.Write(page); err != nil {
			fmt.Println("refused after", taken, "bytes:", err)
			return
		}
	}
	found("4 GiB of memory")
}

// spin on more threads than there are cores, and ignore being asked to end.
func spin([]string) {
	signal.Ignore(unix.SIGTERM)
	for range 4 * runtime.NumCPU() {
		go func() {
			for { //nolint:staticcheck // That is the attack.
			}
		}()
	}
	select {}
}

// sleep without end.
func sleep([]string) {
	signal.Ignore(unix.SIGTERM)
	time.Sleep(24 * time.Hour)
}

// fill the disk: a folder of the algorithm's, or files there that have no name any more.
func fill(arguments []string) {
	folder, unnamed := arguments[0], len(arguments) > 1
	chunk := make([]byte, 1<<20)
	for i := range chunk {
		chunk[i] = byte(i * 7)
	}
	const most = 1 << 30
	taken := 0
	for n := 0; taken < most; n++ {
		path := fmt.Sprintf("%s/fill-%d", folder, n)
		file, err := os.Create(path)
		if err != nil {
			fmt.Println("refused after", taken, "bytes:", err)
			return
		}
		if unnamed {
			must(os.Remove(path))
		}
		for range 16 {
			if _, err := file.Write(chunk); err != nil {
				fmt.Println("refused after", taken, "bytes:", err)
				return
			}
			taken += len(chunk)
			// Twice as fast as it could be: the agent is meant to stop this, not the machine's disk.
			time.Sleep(5 * time.Millisecond)
		}
		if !unnamed {
			must(file.Close())
		}
	}
	time.Sleep(held)
	found(fmt.Sprintf("%d bytes of disk in %s", taken, folder))
}

// flood the log.
func flood([]string) {
	line := make([]byte, 64<<10)
	for i := range line {
		line[i] = 'x'
	}
	line[len(line)-1] = '\n'
	for range 64 << 20 / len(line) {
		_, err := os.Stdout.Write(line)
		must(err)
	}
}

// files in numbers and depths that nobody needs.
func files(arguments []string) {
	switch arguments[0] {
	case "many":
		for folder := range 100 {
			must(os.MkdirAll(fmt.Sprintf("%s/%d", outputs, folder), 0o755))
			for file := range 1000 {
				fd, err := unix.Open(fmt.Sprintf("%s/%d/%d", outputs, folder, file), unix.O_CREAT|unix.O_WRONLY, 0o644)
				must(err)
				must(unix.Close(fd))
			}
		}
	case "deep":
		at := outputs
		must(os.Chdir(at))
		for range 2000 {
			err := unix.Mkdir("d", 0o755)
			if errors.Is(err, unix.ENAMETOOLONG) {
				break
			}
			must(err)
			must(os.Chdir("d"))
		}
		must(os.WriteFile("file", []byte("deep\n"), 0o644))
	case "sparse":
		write("sparse.bin", []byte("x"))
		must(os.Truncate(outputs+"/sparse.bin", 1<<40))
	case "few":
		for n := range 3 {
			write(fmt.Sprintf("%d.txt", n), []byte("x"))
		}
	}
}
