// SPDX-License-Identifier: Apache-2.0

// The plain loop on Go's crypto/x509: one CertPool for all, and for each client ParseCertificate and
// Verify. Takes and prints what the C programs beside it do:
//
//	go_loop [--threads N] --at TIME TRUSTSTORE CLIENTS
package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

func die(err error) {
	fmt.Fprintln(os.Stderr, "go_loop:", err)
	os.Exit(2)
}

// cut returns where the n-th of so many parts begins: between two blocks.
func cut(text []byte, n, parts int) int {
	start := len(text) / parts * n
	if n == parts {
		return len(text)
	}
	begin := bytes.Index(text[start:], []byte("-----BEGIN "))
	if begin < 0 {
		return len(text)
	}
	return start + begin
}

func judge(text []byte, options x509.VerifyOptions) (accept, deny int) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return accept, deny
		}
		text = rest
		cert, err := x509.ParseCertificate(block.Bytes)
		if err == nil {
			_, err = cert.Verify(options)
		}
		if err == nil {
			accept++
		} else {
			deny++
		}
	}
}

func main() {
	threads := flag.Int("threads", 1, "how many certificates are judged at a time")
	at := flag.String("at", "", "when all is judged, RFC 3339")
	flag.Parse()
	if flag.NArg() != 2 || *threads < 1 {
		die(fmt.Errorf("usage: go_loop [--threads N] --at TIME TRUSTSTORE CLIENTS"))
	}
	now, err := time.Parse(time.RFC3339, *at)
	if err != nil {
		die(err)
	}
	truststore, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		die(err)
	}
	clients, err := os.ReadFile(flag.Arg(1))
	if err != nil {
		die(err)
	}
	runtime.GOMAXPROCS(*threads)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(truststore)
	options := x509.VerifyOptions{
		Roots:       roots,
		CurrentTime: now,
		KeyUsages:   []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	accepts := make([]int, *threads)
	denies := make([]int, *threads)
	var group sync.WaitGroup
	for i := 0; i < *threads; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			part := clients[cut(clients, i, *threads):cut(clients, i+1, *threads)]
			accepts[i], denies[i] = judge(part, options)
		}(i)
	}
	group.Wait()
	accept, deny := 0, 0
	for i := range accepts {
		accept += accepts[i]
		deny += denies[i]
	}
	fmt.Println("accept", accept, "deny", deny)
}
