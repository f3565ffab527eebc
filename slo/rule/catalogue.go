package rule

// Rules of the files.
const (
	Invalid              Name = "invalid"
	NotAnSLOFile         Name = "not-an-slo-file"
	SLIUnused            Name = "sli-unused"
	SLIShared            Name = "sli-shared"
	TierUnreachable      Name = "tier-unreachable"
	UnresolvedDependency Name = "unresolved-dependency"
	AlwaysAnswers        Name = "always-answers"
	VariableUnknown      Name = "variable-unknown"
	UnitDiffers          Name = "unit-differs"
	RunbookMissing       Name = "runbook-missing"
	RunbookNotFound      Name = "runbook-not-found"
	ForeignLossy         Name = "foreign-lossy"
	ForeignUnknownField  Name = "foreign-unknown-field"
	IgnoreUnknown        Name = "ignore-unknown"
	IgnoreUnused         Name = "ignore-unused"
)

// Rules of the configuration.
const (
	OwnerUnrouted    Name = "owner-unrouted"
	UnusedDefinition Name = "unused-definition"
	MatcherNever     Name = "matcher-never"
	SecretUnreadable Name = "secret-unreadable"

	CertificateUnfit Name = "certificate-unfit"
	CertificateEnds  Name = "certificate-ends"
	PasswordWeak     Name = "password-weak"
)

// Rules of live data.
const (
	MetricMissing   Name = "metric-missing"
	LabelMissing    Name = "label-missing"
	SeriesGone      Name = "series-gone"
	BadNeverSeen    Name = "bad-never-seen"
	BadMetricUnseen Name = "bad-metric-unseen"
	BucketMissing   Name = "bucket-missing"
	GoodAboveTotal  Name = "good-above-total"
	BadAboveTotal   Name = "bad-above-total"
	NotACounter     Name = "not-a-counter"
	TypeGauge       Name = "type-gauge"
	QueryFails      Name = "query-fails"
	NoTraffic       Name = "no-traffic"
	TrafficThin     Name = "traffic-thin"
	HistoryShort    Name = "history-short"
	QueryExpensive  Name = "query-expensive"
	FamilyLacking   Name = "family-lacking"
)

var catalogue = []Rule{
	{
		Invalid, Error, Files,
		"Something makes the file unusable: YAML or PromQL that does not parse, an unknown key, a name used twice.",
		"Mend it: no comment hides it, since serve refuses the file as well.",
	},
	{
		NotAnSLOFile, Warning, Files,
		"A file that was found in a directory has neither version nor service.",
		"Move it elsewhere, or name the SLO files by a pattern that leaves it out.",
	},
	{
		SLIUnused, Warning, Files,
		"No SLO names this SLI.",
		"Delete it, or name it under sli.",
	},
	{
		SLIShared, Warning, Files,
		"Several functions use an SLI that does not select on $function, so they count the same events.",
		"Select on $function, or write the SLI where it is used.",
	},
	{
		TierUnreachable, Warning, Files,
		"A tier of the policy asks for a burn rate that the objective does not allow, or for more bad events than there are calls.",
		"Choose a stricter objective, or a policy whose tiers fit.",
	},
	{
		UnresolvedDependency, Warning, Files,
		"depends_on names a function that no SLO file here is about.",
		"Correct the name, or check the files of that service as well.",
	},
	{
		AlwaysAnswers, Warning, Files,
		"The query has a value even when nothing is scraped, as with vector(0) or absent().",
		"Leave that part out, so that missing data shows as missing.",
	},
	{
		VariableUnknown, Warning, Files,
		"A label value holds something like a variable that is not $function.",
		"Use $function, or ignore the rule where the dollar sign is meant.",
	},
	{
		UnitDiffers, Warning, Files,
		"The unit of a latency is not the one in the name of its histogram.",
		"Leave unit out, or correct it.",
	},
	{
		RunbookMissing, Info, Files,
		"An SLO that may page has no runbook.",
		"Set links.runbook to a URL or to a Markdown file, or max_severity to ticket.",
	},
	{
		RunbookNotFound, Warning, Files,
		"The runbook is a file that the repository does not have.",
		"Write its path relative to the root of the repository.",
	},
	{
		ForeignLossy, Warning, Files,
		"A field of another format cannot be kept as it is meant there.",
		"Read what is done instead; convert the file to change it.",
	},
	{
		ForeignUnknownField, Warning, Files,
		"The file of another format has a field that this format does not know.",
		"Correct the name; the field has no effect here.",
	},
	{
		IgnoreUnknown, Warning, Files,
		"An ignore comment is not understood, or names a rule that there is not.",
		"Correct it: until then it hides nothing.",
	},
	{
		IgnoreUnused, Info, Files,
		"An ignore comment hides nothing.",
		"Delete it.",
	},

	{
		OwnerUnrouted, Warning, Configuration,
		"A page for the owner would end at the top of the routes, which is for what nobody claims, or an alert would reach nobody.",
		"Add a route that matches the owner.",
	},
	{
		UnusedDefinition, Warning, Configuration,
		"No route uses this receiver, time interval or escalation.",
		"Delete it, or name it in a route.",
	},
	{
		MatcherNever, Warning, Configuration,
		"A matcher holds for no alert, as severity=\"critical\" does.",
		"A severity is page or ticket.",
	},
	{
		SecretUnreadable, Warning, Configuration,
		"The file of a secret, a certificate or a key cannot be read here, or holds none that can be used.",
		"Nothing, if it can be read where the service runs.",
	},
	{
		CertificateUnfit, Warning, Configuration,
		"The certificate of the server is expired, not yet valid, or for no host: browsers refuse it.",
		"Renew it.",
	},
	{
		CertificateEnds, Info, Configuration,
		"The certificate of the server expires within 14 days.",
		"Renew it.",
	},
	{
		PasswordWeak, Warning, Configuration,
		"The hash of a password was made with a cost below 10: whoever gets the file tries millions of passwords in an hour.",
		"Make it anew, with htpasswd -nBC 12.",
	},

	{
		MetricMissing, Error, Live,
		"No series has the name of this metric.",
		"Correct the name, or deploy what exposes it first.",
	},
	{
		LabelMissing, Error, Live,
		"The metric exists, and no series of it matches the selector.",
		"Correct the label or its value.",
	},
	{
		SeriesGone, Warning, Live,
		"No series matches the selector now, and some did within the window.",
		"Nothing, if it is a job that runs now and then; otherwise find out where they went.",
	},
	{
		BadNeverSeen, Info, Live,
		"The selector of bad events has matched nothing in all of the window.",
		"Nothing, if nothing failed; otherwise correct the value.",
	},
	{
		BadMetricUnseen, Warning, Live,
		"The metric of the bad events has never been there.",
		"Correct the name, or let it start at 0 before the first failure.",
	},
	{
		BucketMissing, Error, Live,
		"The histogram has no bucket at the threshold.",
		"Choose one of the bounds, or add a bucket where the histogram is made.",
	},
	{
		GoodAboveTotal, Error, Live,
		"More events are good than there are at all.",
		"Make both selectors select the same events.",
	},
	{
		BadAboveTotal, Error, Live,
		"More events are bad than there are at all.",
		"Make both selectors select the same events.",
	},
	{
		NotACounter, Error, Live,
		"The metric is no counter: it goes down without starting again at 0.",
		"Select a counter, or use threshold or error_ratio.",
	},
	{
		TypeGauge, Warning, Live,
		"The targets say that the metric is a gauge.",
		"Select a counter, or use threshold or error_ratio.",
	},
	{
		QueryFails, Error, Live,
		"The backend refuses the query, or its answer cannot be counted.",
		"Read what it says, and correct the query.",
	},
	{
		NoTraffic, Warning, Live,
		"The series exist, and counted nothing in all of the window.",
		"Nothing, if nobody called; otherwise correct the selector.",
	},
	{
		TrafficThin, Warning, Live,
		"There are so few calls that a single failure costs much of the budget.",
		"Choose a lower objective or a longer window, or count several functions together.",
	},
	{
		HistoryShort, Info, Live,
		"Prometheus has less history than the window is long.",
		"Wait, or keep data longer: until then the budget is that of a shorter time.",
	},
	{
		QueryExpensive, Warning, Live,
		"A query reads very many series or samples.",
		"Select fewer series, or record the sum first.",
	},
	{
		FamilyLacking, Warning, Live,
		"A match or split_by has no members, or not all of them can be taken.",
		"Correct the pattern, or read the reason.",
	},
}
