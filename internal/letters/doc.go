// Package letters keeps the letters to units: 督办单 for what is past a date of the
// notice, 提醒函 for what is past or near a limit of this system, 履责提示单 for a
// commission leader's own duty. It holds their kinds, states and numbers, writes their
// wording from the facts of an obligation, keeps the log of what people did with them,
// and prints them as HTML and as Word documents.
//
// A letter is the fold of its events, which are only ever added. The program drafts;
// every later step is a person's. How an obligation is judged is package
// metrics/obligation; pages and commands that show letters live with the others of their
// kind. Nothing from a petition and no name of a person ever enters a letter.
package letters
