package site

import (
	"time"

	"github.com/slofuse/slofuse/web/sheet"
)

// CSVAnswer is a table for a spreadsheet. With a name it is a file to keep.
func CSVAnswer(lines [][]string, name string) Answer {
	return Answer{ContentType: "text/csv; charset=utf-8", Body: sheet.CSV(lines), Attachment: name}
}

// CSVTime is an instant in a cell, which is empty where it is not known.
func CSVTime(t time.Time, known bool) string {
	if !known {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
