package mask

// Scan is Text without the quick look, Suspicious the quick look and FoldRune the folding of a
// character, for the tests of what they promise each other.
var (
	Scan       = scan
	Suspicious = suspicious
	FoldRune   = foldRune
)
