// Package charts turns the answers of package metrics into chart options: pure functions
// from rows to the JSON that ECharts takes. go-echarts builds the option, a few settings
// that it cannot express are merged in afterwards.
//
// An option is plain data. It holds no JavaScript, and its colours and fonts are names of
// design tokens, "var(--seq-3)", which the page (assets/charts.js) and the report (package
// svg) fill in, so that one option serves light, dark and paper. Sizes are written for a
// text size of 16 px.
//
// Nothing here renders: the Render functions of go-echarts write labels into a script
// unescaped and must not be used on data. Queries, HTTP and HTML never belong here.
package charts
