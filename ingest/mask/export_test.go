package mask

// Scan is Text without the quick look, for the tests that compare the two.
var Scan = scan
