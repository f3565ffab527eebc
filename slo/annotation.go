package slo

// Annotation is a remark about a slot of an indicator: why its numbers are not
// plainly what the counters grew by.
type Annotation struct {
	End   int64 // Unix seconds; end of the slot
	Width int64 // seconds
	Kind  AnnotationKind
	Text  string // for people
}

// AnnotationKind is what an [Annotation] is about.
type AnnotationKind string

// The kinds of annotations.
const (
	// Bridged is growth over slots without samples, spread evenly over them.
	Bridged AnnotationKind = "bridged"
	// Baseline is a new series whose first value was not counted, or not in full.
	Baseline AnnotationKind = "baseline"
	// Seam is where another revision of the indicator begins.
	Seam AnnotationKind = "seam"
	// Estimated is a number that was interpolated.
	Estimated AnnotationKind = "estimated"
	// Excluded is a stretch that maintenance takes out of the budget.
	Excluded AnnotationKind = "excluded"
	// Deployed is where a deploy of the function began.
	Deployed AnnotationKind = "deployed"
)
