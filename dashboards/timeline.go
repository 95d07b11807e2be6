package dashboards

import (
	"context"
	"time"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// historyCard is the history of a point, drawn and as a list.
type historyCard struct {
	Chart view.Chart
	history
}

// timelineYears is how far back the drawing goes; the list goes back to the beginning.
const timelineYears = 2

func (r *request) historyCard(ctx context.Context, id string, versions []integrity.RiskPoint) (historyCard, error) {
	found, err := r.history(ctx, id, versions)
	if err != nil {
		return historyCard{}, err
	}
	year := r.scope.AsOf.Year()
	o := charts.TimelineOptions{AsOf: r.scope.AsOf, To: integrity.Date(year, time.December, 31), Lang: r.lang, Title: r.t("timeline.title")}
	o.From = integrity.Date(year, time.January, 1)
	lanes := map[string]charts.Lane{"version": charts.LaneVersion, "check": charts.LaneCheck, "signal": charts.LaneSignal, "letter": charts.LaneLetter}
	var moments []charts.Moment
	for _, e := range found.Events {
		lane, ok := lanes[e.Class]
		if !ok {
			continue
		}
		m := charts.Moment{Day: e.Day, Lane: lane, Name: e.Day.String() + "　" + e.Title}
		if lane == charts.LaneVersion {
			m.Label = e.Title
		}
		moments = append(moments, m)
		if e.Day < o.From {
			o.From = max(integrity.Date(e.Day.Year(), time.January, 1), integrity.Date(year-timelineYears+1, time.January, 1))
		}
	}
	duties, err := r.checkDuties(ctx, versions[:1])
	if err != nil {
		return historyCard{}, err
	}
	if it, ok := duties[id]; ok && it.Done < it.Required {
		text := r.t("timeline.due", it.Required-it.Done)
		moments = append(moments, charts.Moment{Day: it.Due, Lane: charts.LaneDue, Label: text, Name: it.Due.String() + "　" + text})
	}
	drawn := chart("timeline", o.Title, charts.TimelineHeight, charts.Timeline(moments, o))
	drawn.Save = view.Save{File: "清风-" + o.Title + "-" + r.scope.AsOf.String(), CSV: r.only("/risks/" + id + "/history.csv"), XLSX: r.only("/risks/" + id + "/history.xlsx")}
	return historyCard{drawn, found}, nil
}
