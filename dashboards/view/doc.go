// Package view holds what the templates show: plain structs, one per part of a page, the
// functions that fill them from the answers of metrics, the functions templates may call,
// and the messages in Chinese and English.
//
// Nothing here queries, routes or writes HTML; who may see what was decided before the
// rows came here.
package view
