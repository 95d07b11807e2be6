package metrics

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRowsReadByColumnsAreThoseOfTheDriver(t *testing.T) {
	c := seeded(t)
	// More than the engine puts into one block, with lists of every length and other letters.
	for _, query := range []string{
		`INSERT INTO risks (sign, batch_no, ver, row_id, risk_id, list_id, unit, year, no, grade, listed_from, listed_to)
			SELECT 1, 1, 1, number + 1000000, number + 1000000, 1, toString(number % 300), 2026, number % 1000, if(number % 3 = 0, '', 'general'), '2026-02-10', if(number % 2 = 0, '2299-12-31', '2026-03-01') FROM numbers(150000)`,
		`INSERT INTO checks (sign, batch_no, ver, id, unit, checked_on, entered_on, risk_ids, methods, leader, leader_took_part)
			SELECT 1, 1, 1, number + 1000000, toString(number % 7), '2026-04-15', '1970-01-01', range(number % 5), arraySlice(['documents', '走访', 'other'], 1, number % 4), if(number % 9 = 0, '周乙\\t''', ''), number % 2 FROM numbers(150000)`,
	} {
		if err := c.store.Write().Exec(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	f, err := c.metrics.frame(t.Context(), inspector, asOf("2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	var spans, wantSpans []spanAnswer
	var checks, wantChecks []checkAnswer
	for _, err := range []error{
		selColumns(t.Context(), f, &spans, &spanColumns{words: words{}}, mustQuery("spans")),
		f.selAll(t.Context(), &wantSpans, mustQuery("spans")),
		selColumns(t.Context(), f, &checks, newCheckColumns(), mustQuery("check_days")),
		f.selAll(t.Context(), &wantChecks, mustQuery("check_days")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(spans) < 150_000 || len(checks) < 150_000 {
		t.Errorf("%d versions of points and %d checks were read", len(spans), len(checks))
	}
	if diff := cmp.Diff(wantSpans, spans); diff != "" {
		t.Errorf("versions of points, by rows and by columns (-want +got):\n%.2000s", diff)
	}
	if diff := cmp.Diff(wantChecks, checks, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("checks, by rows and by columns (-want +got):\n%.2000s", diff)
	}
}
