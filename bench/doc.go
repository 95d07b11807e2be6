// Command bench measures and writes what it measured into docs/benchmarks.md: one section
// per entry of the list in main.go, between two markers, so that one section can be
// measured anew without the others and nothing is typed by hand. Measurements that need
// more than a Go benchmark are packages below this one.
//
// What is compared runs side by side in one process, round by round; every figure is a
// median of at least five with its range. Nothing of the product imports this.
package main
