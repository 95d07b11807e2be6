package view

// Decimal writes a number with a true minus sign and the given number of decimals.
func Decimal(v float64, decimals int) string { return decimal(v, decimals) }
