package dashboards

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A browser shows its own date fields as its country writes dates; ours are texts in the form
// of the house, with the browser's calendar beside them.
func TestTheDayOfAnIssueIsWrittenInTheFormOfTheHouse(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s) // its language is English
	if lang := eval[string](b, `navigator.language`); lang != "en-US" {
		t.Fatalf("the browser speaks %s", lang)
	}
	b.open("/reports/2026-10?lang=en")
	if day := eval[string](b, `(function(){var f=document.querySelector("#issued-on");return f.type+" "+f.value})()`); day != "text 2026-11-22" {
		t.Errorf("the day of issue is shown as %q", day)
	}
	b.run(chromedp.WaitVisible(chromedp.CSS("#issued-on + .picker")))
	picked := eval[string](b, `(function(){var p=document.querySelector("#issued-on + .picker");p.value="2026-11-03";p.dispatchEvent(new Event("change",{bubbles:true}));return document.querySelector("#issued-on").value})()`)
	if picked != "2026-11-03" {
		t.Errorf("a day picked in the calendar is written as %q", picked)
	}
	for day, legal := range map[string]bool{"2026-11-03": true, "11/03/2026": false, "2026-13-01": false, "2026-11-3": false} {
		if got := eval[bool](b, `(function(){var f=document.querySelector("#issued-on");f.value="`+day+`";return f.checkValidity()})()`); got != legal {
			t.Errorf("%s is taken: %t; want %t", day, got, legal)
		}
	}
	b.clean("issue")
}
