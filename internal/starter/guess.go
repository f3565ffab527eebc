package starter

import (
	"regexp"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// functionLabels usually tell functions apart, resultLabels how a call ended, and
// serviceLabels whose it was; the best one first.
var (
	functionLabels = []string{"function", "function_name", "http_route", "route", "handler", "endpoint", "uri", "path", "rpc_method", "grpc_method", "operation", "workflow", "activity", "task", "queue", "topic", "method", "name"}
	resultLabels   = []string{"code", "status_code", "http_response_status_code", "response_code", "http_status_code", "grpc_code", "status", "result", "outcome", "success", "error", "state"}
	serviceLabels  = []string{"service", "service_name", "app", "job"}
)

// Labels picks which label of a counter tells functions apart and which how a call
// ended; false: it has not both.
func Labels(names []string) (function, result string, ok bool) {
	function, hasFunction := first(functionLabels, names)
	result, hasResult := first(resultLabels, names)
	return function, result, hasFunction && hasResult
}

// ServiceLabels are the labels of a counter that may name a service.
func ServiceLabels(names []string) []string {
	return slices.DeleteFunc(slices.Clone(serviceLabels), func(label string) bool { return !slices.Contains(names, label) })
}

func first(wanted, names []string) (string, bool) {
	for _, label := range wanted {
		if slices.Contains(names, label) {
			return label, true
		}
	}
	return "", false
}

var (
	statusCode = regexp.MustCompile(`^[1-5]([0-9][0-9]|xx)$`)
	goodWords  = []string{"ok", "success", "succeeded", "successful", "completed", "true", "none", "hit", "accepted"}
	badWords   = []string{"error", "errors", "err", "failed", "failure", "fail", "false", "timeout", "exception", "panic", "aborted", "rejected", "crashed"}
	// serverFaults are the codes of gRPC by which a server has failed.
	serverFaults = []string{"Unknown", "DeadlineExceeded", "Unimplemented", "Internal", "Unavailable", "DataLoss"}
	grpcCodes    = append([]string{"OK", "Canceled", "InvalidArgument", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unauthenticated"}, serverFaults...)
)

// Failed says which values of a label mean that a call failed, in view of those it
// has; false: it is not clear.
func Failed(label string, values []string) (slo.Matcher, bool) {
	all := func(fits func(string) bool) bool {
		return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !fits(v) })
	}
	has := func(words []string) func(string) bool {
		return func(v string) bool { return slices.Contains(words, strings.ToLower(v)) }
	}
	bad := filter(values, has(badWords))
	switch {
	case all(statusCode.MatchString):
		return slo.Matcher{Label: label, Op: slo.MatchRegexp, Value: "5.."}, true
	case all(func(v string) bool { return slices.Contains(grpcCodes, v) }):
		return slo.Matcher{Label: label, Op: slo.MatchRegexp, Value: strings.Join(serverFaults, "|")}, true
	case len(bad) > 0 && len(bad) < len(values):
		return slo.AnyOf(label, bad...), true
	case all(has(goodWords)) && label != "error":
		return slo.NoneOf(label, values...), true
	}
	return slo.Matcher{}, false
}

func filter(values []string, keep func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !keep(v) })
}
