// Package config holds the settings of a running Qingfeng: one struct, filled from the
// defaults, a TOML file, the environment and flags, in this order, later ones winning.
// Only cmd reads it; other packages get the values they need.
package config
