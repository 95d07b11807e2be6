package engine

import "syscall"

// tiedToParent keeps signals of the terminal away from the child and has the
// kernel kill it when the thread that started it is gone.
func tiedToParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
