package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"qingfeng/internal/engine"
)

func main() {
	engine.RunChildIfAsked() // the embedded engine runs in a child of this same binary
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}
