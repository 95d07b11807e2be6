//go:build !linux

package engine

import "syscall"

// tiedToParent keeps signals of the terminal away from the child. That the
// child ends with its parent rests on the pipe alone here.
func tiedToParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
