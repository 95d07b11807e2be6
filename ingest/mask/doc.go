// Package mask takes identities out of text and tables before anything is
// stored, shown or logged: phone numbers, ID numbers, bank cards, mail
// addresses, number plates, messenger accounts, passport and patient numbers,
// the names of those who report, and home addresses.
//
// Text replaces each identifier by a mark. The marks are stable; other code and
// the manual may rely on them:
//
//	〔手机号〕    mobile phone
//	〔电话〕     landline, with area code and extension where written
//	〔身份证号〕   ID card, also a number beside 身份证 or 证件号
//	〔银行卡号〕   bank card or account
//	〔邮箱〕     mail address
//	〔车牌〕     number plate
//	〔微信号〕    WeChat account
//	〔QQ号〕    QQ account
//	〔姓名〕     name beside a word such as 举报人, 本人, 联系人
//	〔住址〕     home address
//	〔护照号〕    passport or travel permit
//	〔病案号〕    patient, admission, visit or insurance number
//
// Column and ColumnPetition say which columns of a file are left at the door
// because all they hold is an identity.
//
// The rules know words and shapes only: no dictionary of persons, no guess about
// who someone is. What is kept on purpose: amounts, dates, hotlines, standards,
// and the numbers of documents, contracts, tenders, drugs and licences. Where a
// number could be either, the word beside it decides; without one the reporter's
// safety does.
//
// Nothing here reads files, knows the kinds of input, or keeps a copy of what it
// masked.
package mask
