package main

import (
	"context"
	"fmt"
	"strings"

	"qingfeng/dashboards"
	"qingfeng/dashboards/report"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// insights asks for what is found rather than owed, as of the cut of a report: the hot
// cells of its months, the blind spots of the twelve months up to its day, the letters in
// hand, and the grades to review. The extract for a unit shows of it the letters to that unit.
func (a *app) insights(ctx context.Context, who integrity.Principal, cut report.Cut) (report.Insights, error) {
	var out report.Insights
	var err error
	if out.Letters, err = a.followedUp(ctx, who, cut); err != nil || who.Role == integrity.RoleUnit {
		return out, err
	}
	s := metrics.Scope{AsOf: cut.AsOf, KnownAt: cut.KnownAt}
	for first := cut.Period.First; first <= cut.AsOf; first = integrity.Date(first.Year(), first.Month()+1, 1) {
		month := s
		month.Month = first.MonthCode()
		answer, err := a.metrics.HotSpots(ctx, who, month)
		if err != nil {
			return out, err
		}
		if answer.Note != "" {
			continue // too little history, or nothing at all: not judged
		}
		if out.HotSpots == nil {
			out.HotSpots = []report.HotSpot{}
		}
		for _, h := range answer.Items {
			spot := report.HotSpot{UnitName: h.UnitName, Category: h.Category, Count: uint64(h.Count), Expected: h.Expected, Q: h.Q, Why: h.Why, Beside: dashboards.Beside(h, integrity.Chinese), From: answer.Month, To: answer.Month}
			switch {
			case h.Hot:
				out.HotSpots = append(out.HotSpots, spot)
			case h.Run:
				t := h.Together
				spot.From, spot.To, spot.Count, spot.Expected, spot.Q, spot.Slow = t.From, t.To, uint64(t.Count), t.Expected, t.Q, h.Slow
				out.Runs = append(out.Runs, spot)
			}
		}
		out.Quiet = append(out.Quiet, answer.QuietSentences()...)
	}
	blind, err := a.metrics.BlindSpots(ctx, who, s)
	if err != nil {
		return out, err
	}
	out.BlindSpots = make([]report.BlindSpot, len(blind.Items))
	for i, b := range blind.Items {
		out.BlindSpots[i] = report.BlindSpot{UnitName: b.UnitName, Category: b.Category, Why: b.Why}
	}
	review, err := a.metrics.GradeReview(ctx, who, s)
	if err != nil {
		return out, fmt.Errorf("grades to review: %w", err)
	}
	if review.Note != "" { // they rest on petitions, which this reader may not see
		out.ReviewsWithheld = strings.TrimPrefix(review.Note, "等级复核建议") + "，不列入。" // the heading says of what
		return out, nil
	}
	out.GradeReviews = make([]report.GradeReview, len(review.Items))
	for i, g := range review.Items {
		out.GradeReviews[i] = report.GradeReview{UnitName: g.UnitName, No: g.RiskNo, Why: g.Why}
	}
	return out, nil
}

// followedUp tells what became of the letters that were in hand when the period began.
func (a *app) followedUp(ctx context.Context, who integrity.Principal, cut report.Cut) ([]report.Letter, error) {
	register, err := a.registry()
	if err != nil {
		return nil, err
	}
	inHand, err := register.InHand(ctx, who, cut.Period.First, cut.AsOf)
	if err != nil {
		return nil, fmt.Errorf("letters in hand: %w", err)
	}
	out := []report.Letter{}
	for _, l := range inHand {
		state := l.State.Label(integrity.Chinese)
		if l.Overdue(cut.AsOf) {
			state += "，反馈逾期"
		}
		out = append(out, report.Letter{Number: l.Code(), UnitName: l.Addressee, Matter: l.Matter, Due: l.Until, State: state})
	}
	return out, nil
}
