// Package obligationtest is for tests: a second implementation of the rules of package
// obligation, slow and obvious, and invented worlds to compare the two on. It knows nothing
// of how the other one works, and no product code may use it.
package obligationtest
