package slack

import (
	"errors"
	"net/http"
	"strings"

	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting/notify"
)

// kindOf says what Slack's error codes mean. A code that is not listed is
// temporary: trying again loses nothing.
func kindOf(code string) notify.Kind {
	switch code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "invalid_token", "account_inactive",
		"missing_scope", "no_permission", "not_allowed_token_type", "org_login_required", "access_denied",
		"ekm_access_denied", "team_access_not_granted", "two_factor_setup_required", "enterprise_is_restricted",
		"channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "restricted_action",
		"restricted_action_read_only_channel", "posting_to_general_channel_denied", "action_prohibited",
		"restricted_action_thread_only_channel", "message_limit_exceeded", "no_service", "no_active_hooks", "invalid_channel":
		return notify.KindBlocked
	case "internal_error", "fatal_error": // some of it may have been done
		return notify.KindAmbiguous
	case "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data",
		"invalid_post_type", "missing_post_type", "invalid_payload", "no_text", "msg_too_long",
		"message_not_found", "cant_update_message", "edit_window_closed", "user_not_found", "method_deprecated":
		return notify.KindPermanent
	}
	if layoutCode(code) {
		return notify.KindPermanent
	}
	return notify.KindTemporary
}

// hint says what to do about the codes that people meet when they set it up.
func hint(code string) string {
	switch code {
	case "channel_not_found", "not_in_channel", "invalid_channel":
		return ": check the channel, and invite the bot to it"
	case "missing_scope":
		return ": the token needs the scope chat:write"
	case "is_archived", "channel_is_archived":
		return ": unarchive the channel or configure another"
	}
	if kindOf(code) == notify.KindBlocked {
		return ": check the token or the webhook"
	}
	return ""
}

func layoutCode(code string) bool {
	switch code {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments", "too_many_attachments":
		return true
	}
	return false
}

// codeError is a failure that Slack named.
type codeError struct {
	code    string
	failure *notify.Error
}

// Error implements error.
func (e *codeError) Error() string { return e.failure.Error() }

// Unwrap returns the classification.
func (e *codeError) Unwrap() error { return e.failure }

func classifyCode(code string, header http.Header) error {
	if !isCode(code) {
		code = "an_error_without_a_name"
	}
	failure := notify.Errorf(kindOf(code), "Slack answered %s%s", code, hint(code))
	if failure.Kind == notify.KindTemporary || failure.Kind == notify.KindAmbiguous {
		failure.RetryAfter = notify.ParseRetryAfter(header)
	}
	return &codeError{code: code, failure: failure}
}

// classify translates what the library returns. The header is that of the last
// answer.
func classify(err error, header http.Header) error {
	if named, ok := errors.AsType[slackapi.SlackErrorResponse](err); ok {
		return classifyCode(named.Err, header)
	}
	if failure, ok := errors.AsType[*notify.Error](err); ok {
		return failure
	}
	if header != nil {
		// An answer came and the library could not read it; its error may quote
		// parts of it.
		return notify.Errorf(notify.KindAmbiguous, "the answer is not one of Slack's")
	}
	return notify.Classify(err)
}

// isCode tells a code from prose or markup, which is never shown to anybody.
func isCode(text string) bool {
	notCode := func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }
	return text != "" && len(text) <= 64 && !strings.ContainsFunc(text, notCode)
}

func badLayout(err error) bool { return hasCode(err, layoutCode) }

// uneditable says that the message of the incident is gone or frozen.
func uneditable(err error) bool {
	return hasCode(err, func(code string) bool {
		return code == "message_not_found" || code == "cant_update_message" || code == "edit_window_closed"
	})
}

// threadless says that the message of the incident takes no answers.
func threadless(err error) bool {
	return hasCode(err, func(code string) bool {
		switch code {
		case "thread_not_found", "cannot_reply_to_message", "restricted_action_non_threadable_channel", "restricted_action_thread_locked":
			return true
		}
		return false
	})
}

func hasCode(err error, is func(code string) bool) bool {
	named, ok := errors.AsType[*codeError](err)
	return ok && is(named.code)
}
