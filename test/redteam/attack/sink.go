package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// maxHits that are printed: beyond them there is nothing more to know.
const maxHits = 10_000

var hits atomic.Int64

// hit is what the suite counts.
func hit(format string, arguments ...any) {
	if hits.Add(1) <= maxHits {
		fmt.Printf("hit "+format+"\n", arguments...)
	}
}

// sink listens on the ports and prints a line for whatever arrives, until it is ended.
func sink(ports []string) {
	for _, port := range ports {
		listener, err := net.Listen("tcp", ":"+port)
		if err != nil {
			fmt.Println("not listening:", err)
			continue
		}
		go accept(listener, port)
		packets, err := net.ListenPacket("udp", ":"+port)
		if err != nil {
			fmt.Println("not listening:", err)
			continue
		}
		go receive(packets, port)
	}
	fmt.Println("ready")
	select {}
}

func accept(listener net.Listener, port string) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		hit("tcp %s :%s", connection.RemoteAddr(), port)
		_ = connection.SetDeadline(time.Now().Add(patience))
		go func() {
			_, _ = bufio.NewReader(io.LimitReader(connection, 4096)).ReadString('\n')
			_, _ = connection.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
			_ = connection.Close()
		}()
	}
}

func receive(packets net.PacketConn, port string) {
	buffer := make([]byte, 2048)
	for {
		n, from, err := packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		hit("udp %s :%s %q", from, port, buffer[:min(n, 64)])
	}
}

// packets counts every IP packet that arrives in a network namespace of the suite's own, whose only host this is, and
// answers on the ports. It ends with its standard input, so that nothing is left when the suite is gone.
func packets(ports []string) {
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM, int(htons(unix.ETH_P_ALL)))
	must(err)
	go func() {
		buffer := make([]byte, 2048)
		for {
			n, from, err := unix.Recvfrom(socket, buffer, 0)
			if err != nil {
				continue
			}
			if link, ok := from.(*unix.SockaddrLinklayer); ok && link.Pkttype == unix.PACKET_OUTGOING {
				continue
			}
			switch packet := buffer[:n]; {
			case n >= 20 && packet[0]>>4 == 4:
				hit("packet %d %s %s", packet[9], net.IP(packet[12:16]), net.IP(packet[16:20]))
			case n >= 40 && packet[0]>>4 == 6 && packet[6] != unix.IPPROTO_ICMPV6:
				hit("packet %d %s %s", packet[6], net.IP(packet[8:24]), net.IP(packet[24:40]))
			}
		}
	}()
	go sink(ports)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func htons(n uint16) uint16 { return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, n)) }
