package mask

// Scan is Text without the quick look and FoldRune the folding of a character, for the tests
// of what they promise.
var (
	Scan     = scan
	FoldRune = foldRune
)
