package main

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/web/api"
)

// completions are the scripts for shells, which cobra writes.
func completions(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	i := slices.IndexFunc(root.Commands(), func(cmd *cobra.Command) bool { return cmd.Name() == "completion" })
	root.Commands()[i].Example = "  source <(slofuse completion bash)\n  slofuse completion zsh > \"${fpath[1]}/_slofuse\""
	root.Commands()[i].Args = nil
	root.Commands()[i].RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknownVerb(cmd, args[0])
	}
}

// complete lets shells complete the values of flags that take one of a few words,
// and the names of SLOs where a server can be asked.
func (c *cli) complete(cmd *cobra.Command) {
	register := func(f *pflag.Flag) {
		if values := c.valuesOf(cmd, f); values != nil {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, values) // fails only for a flag that the command has not
		}
	}
	cmd.LocalFlags().VisitAll(register)
	if slices.Contains(aboutSLOs, cmd.CommandPath()) {
		cmd.ValidArgsFunction = c.sloNames
	}
	for _, verb := range cmd.Commands() {
		c.complete(verb)
	}
}

// aboutSLOs are the verbs whose first argument is an SLO.
var aboutSLOs = []string{"slofuse explain", "slofuse ledger show", "slofuse ledger export", "slofuse ledger verify"}

// valuesOf completes a flag; nil leaves it to the shell, which knows files.
func (c *cli) valuesOf(cmd *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	switch {
	case f.Name == "select" && strings.Contains(f.Usage, "SLOs"):
		return cobra.FixedCompletions([]string{"service=", "function=", "slo=", "owner="}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace)
	case f.Name == "config.file" || f.Name == "slo.path":
		return cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	}
	if words := wordsOf(f.Usage); words != nil {
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	}
	return nil
}

var (
	aside = regexp.MustCompile(` \([^)]*\)`)
	word  = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
)

// wordsOf are the words that a flag takes, as its help lists them behind a colon:
// "what to do: fail (exit 3), warn or pass"; nil: it takes others.
func wordsOf(usage string) []string {
	_, list, found := strings.Cut(aside.ReplaceAllString(usage, ""), ": ")
	words := strings.Split(strings.ReplaceAll(list, " or ", ", "), ", ")
	if !found || len(words) < 2 || slices.ContainsFunc(words, func(w string) bool { return !word.MatchString(w) }) {
		return nil
	}
	return words
}

// completionPatience is how long somebody who pressed a key may be kept waiting.
const completionPatience = 2 * time.Second

// sloNames completes the first argument with the SLOs of a server, once it is known
// which one: a shell does not tell what else is wrong.
func (c *cli) sloNames(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	if c.fromEnvironment(cmd.Flags()) != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	r := remote{server: cmd.Flag("server").Value.String(), tokenFile: cmd.Flag("token-file").Value.String()}
	if r.server == "" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	var page api.SLOList
	if err := r.fetch(ctx, "/api/v1/slos", url.Values{"limit": {"1000"}, "sort": {"service"}}, &page); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	names := make([]string, len(page.SLOs))
	for i, s := range page.SLOs {
		names[i] = s.ID
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
