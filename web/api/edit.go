package api

import (
	"time"

	"github.com/slofuse/slofuse/slo/edit"
)

// EditList are what people changed in the files of slofuse, the latest first.
type EditList struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Since is from when on every edit is known; null when none is kept.
	Since *time.Time `json:"since"`
	Edits []Edit     `json:"edits"`
	More  int        `json:"more"` // older ones of the time that the limit left out
}

// Edit is one thing that was changed in files. SLOs that were changed alike are one.
type Edit struct {
	At    time.Time  `json:"at"`
	Kind  string     `json:"kind"`  // added, removed, renamed, promised or changed
	Text  string     `json:"text"`  // what is different, for people
	Diffs []EditDiff `json:"diffs"` // what is written differently beside the promise
	// Start says that it was found when slofuse started: it was changed before that.
	Start bool   `json:"found_at_start"`
	By    string `json:"by"` // who had the files read; empty when that is not on record
	// SLOs are what it is about, or Settings: one of the two is empty.
	SLOs     []EditedSLO     `json:"slos"`
	Settings []EditedSetting `json:"settings"`
}

// EditDiff is what is written differently. Both texts are empty where they are not shown.
type EditDiff struct {
	What string `json:"what"`
	From string `json:"from"`
	To   string `json:"to"`
}

// EditedSLO is an SLO that was changed, and where it is written.
type EditedSLO struct {
	Service  string `json:"service"`
	Function string `json:"function"` // of a match, what is written
	SLO      string `json:"slo"`
	Match    bool   `json:"match"` // it is a match, and about all that it finds
	Owner    string `json:"owner"`
	File     string `json:"file"`
	Line     int    `json:"line"` // 0: the file as a whole
}

// EditedSetting is a setting that was changed, and where it is written.
type EditedSetting struct {
	Name string `json:"name"`
	File string `json:"file"`
	Line int    `json:"line"`
}

// FromEdit is the wire form of an edit.
func FromEdit(e edit.Edit, by string) Edit {
	out := Edit{At: e.At.UTC(), Kind: string(e.Kind), Text: e.Says(), Diffs: []EditDiff{}, Start: e.Start, By: by, SLOs: []EditedSLO{}, Settings: []EditedSetting{}}
	for _, d := range e.Diffs {
		out.Diffs = append(out.Diffs, EditDiff(d))
	}
	for _, s := range e.Subjects {
		if s.Name != "" {
			out.Settings = append(out.Settings, EditedSetting{s.Name, s.File, s.Line})
			continue
		}
		out.SLOs = append(out.SLOs, EditedSLO{s.ID.Service, s.ID.Function, s.ID.Name, s.Family, s.Owner, s.File, s.Line})
	}
	return out
}
