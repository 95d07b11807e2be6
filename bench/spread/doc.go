// Package spread sums up repeated measurements: the median and the range, and times in a
// unit that a person reads. What is measured, and how, never belongs here.
package spread
