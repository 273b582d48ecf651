// Command dial is a pod of the cluster's own test: it listens on ports, or tries to reach addresses.
package main

import (
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

func main() {
	switch os.Args[1] {
	case "listen":
		for _, port := range os.Args[2:] {
			listener, err := net.Listen("tcp", ":"+port)
			if err != nil {
				panic(err)
			}
			go func() {
				for {
					connection, err := listener.Accept()
					if err != nil {
						panic(err)
					}
					connection.Close()
				}
			}()
		}
		select {}
	case "reach":
		var attempts sync.WaitGroup
		for _, address := range os.Args[2:] {
			attempts.Go(func() {
				connection, err := net.DialTimeout("tcp", address, time.Second)
				fmt.Println(address, err == nil)
				if err == nil {
					connection.Close()
				}
			})
		}
		attempts.Wait()
	}
}
