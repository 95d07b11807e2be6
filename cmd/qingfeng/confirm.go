package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"qingfeng/dashboards"
	"qingfeng/ingest"
	"qingfeng/ingest/classify"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// confirmations lets pages, API and the command record what people say.
type confirmations struct {
	app    *app
	loader *ingest.Loader
}

// Confirm takes what the principal may speak about: within the units that he sees, and of
// the kinds that his role may.
func (c confirmations) Confirm(ctx context.Context, who integrity.Principal, said []dashboards.Word) (dashboards.Confirmed, error) {
	units, err := c.app.metrics.Units(ctx, who, metrics.Scope{})
	if err != nil {
		return dashboards.Confirmed{}, err
	}
	sees := map[string]bool{}
	for _, u := range units {
		sees[u.Code] = true
	}
	asked := ingest.Confirmation{By: who.Name, May: func(unit string, kind integrity.SignalKind) bool { return sees[unit] && who.MayConfirm(kind) }}
	for _, w := range said {
		asked.Words = append(asked.Words, ingest.Word(w))
	}
	done, err := c.loader.Confirm(ctx, asked)
	return dashboards.Confirmed(done), err
}

func (c confirmations) Explain(description, post string) dashboards.Suggestion {
	s := classify.Risk(description, post)
	out := dashboards.Suggestion{Layer: s.Layer, Category: s.Category, Confidence: s.Confidence, Sure: s.Sure, Reasons: []dashboards.Reason{}}
	for _, r := range s.Reasons {
		out.Reasons = append(out.Reasons, dashboards.Reason(r))
	}
	return out
}

// confirming opens what the command and the server confirm with.
func (a *app) confirming() (confirmations, error) {
	l, err := a.loader(a.now)
	return confirmations{a, l}, err
}

func confirmCommand(t *terminal) *cobra.Command {
	root := &cobra.Command{Use: "confirm", Short: "确认风险点的层面、类别，线索的归类和关联 (confirm classes of points and signals, and links)", Args: exactly(cobra.NoArgs),
		Long: "确认记为一个批次，写明何人何时；用 batches revert 撤销。\nA confirmation is a batch with who and when; batches revert takes it back.",
		RunE: func(*cobra.Command, []string) error { return usage{errors.New("list, risks or signals")} }}
	root.AddCommand(confirmList(t), confirmRisks(t), confirmSignals(t))
	return root
}

// open is a point that waits for a person, with what is suggested and why.
type open struct {
	integrity.RiskPoint
	Suggestion dashboards.Suggestion `json:"suggestion"`
}

func confirmList(t *terminal) *cobra.Command {
	var flags map[string]*string
	var format string
	cmd := &cobra.Command{Use: "list [--unit U] [--category C] [--sure 1] [--q TEXT]", Short: "还没有确认的风险点，带建议和理由 (points that wait, with suggestions and reasons)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		return t.with(cmd.Context(), func(a *app) error {
			points, err := a.openPoints(cmd.Context(), valueOf(flags), "no")
			if err != nil {
				return err
			}
			if format == "json" {
				return t.json(metrics.ListOf(points))
			}
			for _, p := range points {
				fmt.Fprintf(t.out, "%s\t%s %d\t%s\t%s\t%.2f\t%t\t%s\n", p.ID, p.UnitName, p.No, p.SuggestedLayer, p.SuggestedCategory, p.Confidence, p.Sure, p.Description)
				for _, r := range p.Suggestion.Reasons {
					fmt.Fprintf(t.out, "\t%s\n", classify.Reason(r))
				}
			}
			return nil
		})
	}}
	cmd.Flags().StringVar(&format, "format", "", "json")
	flags = scopeFlags(cmd)
	return cmd
}

// openPoints lists the points of the conditions whose classes are confirmed as said. As on
// the page, layer and category mean the suggested ones where nobody has confirmed them.
func (a *app) openPoints(ctx context.Context, value func(string) string, confirmed string) ([]open, error) {
	scope, err := metrics.ParseScope(value, a.now())
	if err != nil {
		return nil, usage{err}
	}
	scope.Suggested, scope.PerPage = true, 1000
	if scope.Confirmed == "" {
		scope.Confirmed = confirmed
	}
	out := []open{}
	for scope.Page = 1; ; scope.Page++ {
		found, err := a.metrics.Risks(ctx, operator, scope)
		if err != nil {
			return nil, err
		}
		for _, p := range found.Items {
			out = append(out, open{p, confirmations{}.Explain(p.Description, p.Post)})
		}
		if len(found.Items) < scope.PerPage {
			return out, nil
		}
	}
}

func confirmRisks(t *terminal) *cobra.Command {
	var flags map[string]*string
	var accept, withdraw, dry bool
	var layer, category, format, by string
	cmd := &cobra.Command{
		Use:   "risks [ID…] --accept | --set-layer L --set-category C | --withdraw",
		Short: "确认风险点：按编号，或按条件全部 (by ID, or all that the conditions leave)",
		Args:  exactly(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, ids []string) error {
			one := 0
			for _, given := range []bool{accept, withdraw, layer != "" || category != ""} {
				if given {
					one++
				}
			}
			if one != 1 {
				return usage{errors.New("给出 --accept、--withdraw、--set-layer/--set-category 三者之一 (give one of --accept, --withdraw, --set-layer/--set-category)")}
			}
			if len(ids) == 0 && !accept {
				return usage{errors.New("选择和撤回要给出风险点编号 (choosing and taking back need IDs)")}
			}
			return t.with(cmd.Context(), func(a *app) error {
				if len(ids) == 0 {
					points, err := a.openPoints(cmd.Context(), valueOf(flags), "suggested")
					if err != nil {
						return err
					}
					for _, p := range points {
						ids = append(ids, p.ID)
					}
				}
				word := dashboards.Word{Suggested: accept, Layer: layer, Category: category}
				if withdraw {
					word = dashboards.Word{Layer: ingest.Withdraw, Category: ingest.Withdraw}
				}
				return a.confirm(cmd.Context(), word, ids, by, dry, format)
			})
		},
	}
	cmd.Flags().BoolVar(&accept, "accept", false, "采纳建议 (take the suggestions)")
	cmd.Flags().BoolVar(&withdraw, "withdraw", false, "撤回以前的确认 (take back what was confirmed)")
	cmd.Flags().StringVar(&layer, "set-layer", "", "层面 (leadership middle other)")
	cmd.Flags().StringVar(&category, "set-category", "", "类别 (decision conduct power post institution mechanism external)")
	confirmFlags(cmd, &dry, &format, &by)
	flags = scopeFlags(cmd)
	return cmd
}

func confirmSignals(t *terminal) *cobra.Command {
	var word dashboards.Word
	var dry bool
	var format, by string
	cmd := &cobra.Command{
		Use:   "signals ID… [--set-integrity yes|no] [--set-category C] [--set-layer L] [--set-points ID,ID|none]",
		Short: "确认线索是否涉廉、类别、属于哪些风险点；- 撤回 (what signals are and belong to; - takes it back)",
		Args:  exactly(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if word == (dashboards.Word{}) {
				return usage{errors.New("给出至少一项 --set-… (give at least one --set-…)")}
			}
			word.Signal = true
			return t.with(cmd.Context(), func(a *app) error { return a.confirm(cmd.Context(), word, ids, by, dry, format) })
		},
	}
	cmd.Flags().StringVar(&word.Integrity, "set-integrity", "", "涉廉：yes 或 no")
	cmd.Flags().StringVar(&word.Category, "set-category", "", "类别 (category)")
	cmd.Flags().StringVar(&word.Layer, "set-layer", "", "层面 (layer)")
	cmd.Flags().StringVar(&word.Points, "set-points", "", "风险点编号，逗号分隔；none = 不属于清单上的风险点 (IDs of points, or none)")
	confirmFlags(cmd, &dry, &format, &by)
	return cmd
}

func confirmFlags(cmd *cobra.Command, dry *bool, format, by *string) {
	cmd.Flags().BoolVar(dry, "dry-run", false, "只说有多少条 (only say how many)")
	cmd.Flags().StringVar(format, "format", "", "json")
	cmd.Flags().StringVar(by, "by", "", "确认人，默认“命令行” (who confirms)")
}

// confirm says the same word about each ID, with the number before and after.
func (a *app) confirm(ctx context.Context, word dashboards.Word, ids []string, by string, dry bool, format string) error {
	a.t.say("待确认 %d 条", "%d to confirm", len(ids))
	done := dashboards.Confirmed{Asked: uint64(len(ids))}
	if !dry && len(ids) > 0 {
		c, err := a.confirming()
		if err != nil {
			return err
		}
		who := operator
		if by != "" {
			who.Name = by
		}
		words := make([]dashboards.Word, len(ids))
		for i, id := range ids {
			words[i] = word
			words[i].ID = id
		}
		if done, err = c.Confirm(ctx, who, words); err != nil {
			return err
		}
		a.t.say("已确认 %d 条，%d 条本来如此；批次 %s", "confirmed %d, %d were so already; batch %s", done.Changed, done.Unchanged, done.Batch)
	}
	if format == "json" {
		return a.t.json(done)
	}
	return nil
}
