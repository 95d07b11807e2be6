package ingest

import (
	"crypto/sha256"
	"encoding/binary"
	"reflect"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// rowHead stands first in every loaded row. Sign is 1 for a row and -1 for the cancel
// of an earlier one with the same key and Ver; Given has a bit for each column that the
// file had, 0 for rows that the program works out.
type rowHead struct {
	Sign    int8   `ch:"sign"`
	BatchNo uint64 `ch:"batch_no"`
	Ver     uint64 `ch:"ver"`
	Given   uint64 `ch:"given"`
}

type unitRow struct {
	rowHead
	Code       string        `ch:"code"`
	Name       string        `ch:"name"`
	Parent     string        `ch:"parent"`
	Type       string        `ch:"unit_type"`
	Heads      []string      `ch:"heads"`
	Leader     string        `ch:"leader"`
	LeaderFrom integrity.Day `ch:"leader_from"`
	Order      int32         `ch:"sort_order"`
	OpenedOn   integrity.Day `ch:"opened_on"`
	ClosedOn   integrity.Day `ch:"closed_on"`
}

type listRow struct {
	rowHead
	ListID       uint64        `ch:"list_id"`
	Unit         string        `ch:"unit"`
	Year         uint16        `ch:"year"`
	Version      uint32        `ch:"version"`
	Origin       uint64        `ch:"origin"`
	ListedOn     integrity.Day `ch:"listed_on"`
	EffectiveOn  integrity.Day `ch:"effective_on"`
	EnteredOn    integrity.Day `ch:"entered_on"`
	Replaced     bool          `ch:"replaced"`
	Points       uint32        `ch:"points"`
	File         string        `ch:"file"`
	HeadSigned   string        `ch:"head_signed"`
	LeaderSigned string        `ch:"leader_signed"`
}

type riskRow struct {
	rowHead
	RowID             uint64        `ch:"row_id"`
	RiskID            uint64        `ch:"risk_id"`
	ListID            uint64        `ch:"list_id"`
	Origin            uint64        `ch:"origin"`
	Unit              string        `ch:"unit"`
	Year              uint16        `ch:"year"`
	No                uint32        `ch:"no"`
	Description       string        `ch:"description"`
	Measures          []string      `ch:"measures"`
	Path              []string      `ch:"path"`
	PathBasis         []string      `ch:"path_basis"`
	PathFocus         []string      `ch:"path_focus"`
	Methods           []string      `ch:"methods"`
	Grade             string        `ch:"grade"`
	Layer             string        `ch:"layer"`
	Category          string        `ch:"category"`
	SuggestedLayer    string        `ch:"suggested_layer"`
	SuggestedCategory string        `ch:"suggested_category"`
	Head              string        `ch:"head"`
	Persons           []string      `ch:"persons"`
	Leader            string        `ch:"leader"`
	Post              string        `ch:"post"`
	KeyFew            bool          `ch:"key_few"`
	MajorMatter       bool          `ch:"major_matter"`
	Tags              []string      `ch:"tags"`
	GradeReason       string        `ch:"grade_reason"`
	Stage             string        `ch:"stage"`
	FiledOn           integrity.Day `ch:"filed_on"`
	ListedFrom        integrity.Day `ch:"listed_from"`
	ListedTo          integrity.Day `ch:"listed_to"`
	InForceFrom       integrity.Day `ch:"in_force_from"`
	InForceTo         integrity.Day `ch:"in_force_to"`
	// What the list says, apart from Layer and Category, which a person may have confirmed
	// or chosen since; LayerNo and CategoryNo are the batches whose lists said it.
	ListedLayer    string        `ch:"listed_layer"`
	ListedCategory string        `ch:"listed_category"`
	LayerNo        uint64        `ch:"layer_no"`
	CategoryNo     uint64        `ch:"category_no"`
	Confidence     float64       `ch:"confidence"` // of the suggestion
	Sure           bool          `ch:"sure"`
	ConfirmedBy    string        `ch:"confirmed_by"`
	ConfirmedOn    integrity.Day `ch:"confirmed_on"`
}

// How a signal came by its category and its 涉廉: by the program where the source says
// nothing. Such values are worked out again when the text changes.
const (
	machineCategory  = 1
	machineIntegrity = 2
)

type signalRow struct {
	rowHead
	ID         uint64        `ch:"id"`
	Kind       string        `ch:"kind"`
	Number     string        `ch:"number"`
	Source     string        `ch:"source"`
	Unit       string        `ch:"unit"`
	OccurredOn integrity.Day `ch:"occurred_on"`
	Text       string        `ch:"text"`
	Channel    string        `ch:"channel"`
	Nature     string        `ch:"nature"`
	Layer      string        `ch:"layer"`
	Category   string        `ch:"category"`
	Status     string        `ch:"status"`
	AcceptedOn integrity.Day `ch:"accepted_on"`
	ExtendedTo integrity.Day `ch:"extended_to"`
	ClosedOn   integrity.Day `ch:"closed_on"`
	Severity   uint8         `ch:"severity"`
	DueOn      integrity.Day `ch:"due_on"`
	FixedOn    integrity.Day `ch:"fixed_on"`
	RepeatOf   string        `ch:"repeat_of"`
	RiskID     uint64        `ch:"risk_id"`
	Integrity  string        `ch:"integrity"`
	Machine    uint8         `ch:"machine"`
	EnteredOn  integrity.Day `ch:"entered_on"`
	// RiskRef is what the file said in 风险点, RiskIDs what it means; Link tells how the
	// points were found. RiskID is the only one of RiskIDs, or 0.
	RiskRef     string        `ch:"risk_ref"`
	RiskIDs     []uint64      `ch:"risk_ids"`
	Link        string        `ch:"link"`
	ConfirmedBy string        `ch:"confirmed_by"`
	ConfirmedOn integrity.Day `ch:"confirmed_on"`
	// Person is a keyed digest of whoever complains (see cells.person), 0 for nobody. Like the
	// fingerprint it comes with a row that is written, and makes no change by itself.
	Person uint64 `ch:"person"`
	// Fingerprint is that of the row of a file that was written last (see fingerprint);
	// 0 where the program worked the row out.
	Fingerprint uint64 `ch:"fingerprint"`
}

type checkRow struct {
	rowHead
	ID             uint64        `ch:"id"`
	Number         string        `ch:"number"`
	Unit           string        `ch:"unit"`
	CheckedOn      integrity.Day `ch:"checked_on"`
	RiskRef        string        `ch:"risk_ref"`
	RiskIDs        []uint64      `ch:"risk_ids"`
	Inspector      string        `ch:"inspector"`
	Leader         string        `ch:"leader"`
	LeaderTookPart bool          `ch:"leader_took_part"`
	Methods        []string      `ch:"methods"`
	PowerRegular   bool          `ch:"power_regular"`
	RulesFollowed  bool          `ch:"rules_followed"`
	MeasuresDone   bool          `ch:"measures_done"`
	Finding        string        `ch:"finding"`
	Severity       uint8         `ch:"severity"`
	DueOn          integrity.Day `ch:"due_on"`
	FixedOn        integrity.Day `ch:"fixed_on"`
	Layer          string        `ch:"layer"`
	Category       string        `ch:"category"`
	EnteredOn      integrity.Day `ch:"entered_on"`
	VoidReason     string        `ch:"void_reason"` // not empty: it counts nowhere
}

type ledgerRow struct {
	rowHead
	ID        uint64        `ch:"id"`
	Unit      string        `ch:"unit"`
	Year      uint16        `ch:"year"`
	Item      string        `ch:"item"`
	EntryOn   integrity.Day `ch:"entry_on"`
	No        string        `ch:"no"`
	Persons   []string      `ch:"persons"`
	Source    string        `ch:"source"`
	Document  string        `ch:"document"`
	Content   string        `ch:"content"`
	Adopted   string        `ch:"adopted"`
	Reason    string        `ch:"reason"`
	EnteredOn integrity.Day `ch:"entered_on"`
}

// entity describes one table of loaded rows.
type entity[T any] struct {
	table   string
	columns string
	types   []clickhouse.ColumnNameAndType // of the columns, as Go has them
	id      string                         // the key in SQL
	key     func(*T) uint64
	head    func(*T) *rowHead
	same    func(a, b T) bool // equal content, whatever the heads say
	// patch copies the columns of from that its file gave onto to. Nil where files
	// always give whole rows.
	patch func(to, from *T)
	// blank is a row with the same key of which no file has said anything yet, first
	// entered on the given day: what patch builds upon when a batch is taken back.
	blank func(r *T, entered integrity.Day) T
	// gather takes the columns out of rows, where reflection would be too slow for the
	// number of them. Nil means reflection.
	gather func() []gatherer[T]
}

// fieldsOf lists the fields of a row type, those of its head first, each with its place.
func fieldsOf[T any]() (fields []reflect.StructField) {
	var walk func(t reflect.Type, at []int)
	walk = func(t reflect.Type, at []int) {
		for i := range t.NumField() {
			f := t.Field(i)
			f.Index = append(slices.Clone(at), i)
			if f.Anonymous {
				walk(f.Type, f.Index)
				continue
			}
			fields = append(fields, f)
		}
	}
	walk(reflect.TypeFor[T](), nil)
	return fields
}

func columnsOf[T any]() string {
	var names []string
	for _, f := range fieldsOf[T]() {
		names = append(names, f.Tag.Get("ch"))
	}
	return strings.Join(names, ", ")
}

// typesOf declares the columns of an insert with the types that Go has: the server turns
// words into LowCardinality several times faster than the driver.
func typesOf[T any]() (types []clickhouse.ColumnNameAndType) {
	for _, f := range fieldsOf[T]() {
		var name string
		switch t := f.Type; {
		case t == dayType:
			name = "Date32"
		case t == boolType:
			name = "UInt8"
		case t.Kind() == reflect.String:
			name = "String"
		case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
			name = "Array(String)"
		case t.Kind() == reflect.Slice:
			name = "Array(UInt64)"
		default: // int8, uint64 and the like
			name = strings.NewReplacer("uint", "UInt", "int", "Int", "float", "Float").Replace(t.Kind().String())
		}
		types = append(types, clickhouse.ColumnNameAndType{Name: f.Tag.Get("ch"), Type: name})
	}
	return types
}

var (
	unitEntity = entity[unitRow]{
		table: "units", columns: columnsOf[unitRow](), types: typesOf[unitRow](), id: "code",
		key:   func(r *unitRow) uint64 { return identify("unit", r.Code, r.LeaderFrom.String()) },
		head:  func(r *unitRow) *rowHead { return &r.rowHead },
		same:  deepSame[unitRow],
		patch: patchUnit,
		blank: func(r *unitRow, _ integrity.Day) unitRow { return unitRow{Code: r.Code, LeaderFrom: r.LeaderFrom} },
	}
	listEntity = entity[listRow]{
		table: "lists", columns: columnsOf[listRow](), types: typesOf[listRow](), id: "list_id",
		key:  func(r *listRow) uint64 { return r.ListID },
		head: func(r *listRow) *rowHead { return &r.rowHead },
		same: func(a, b listRow) bool {
			a.rowHead, b.rowHead = rowHead{}, rowHead{}
			return a == b
		},
	}
	riskEntity = entity[riskRow]{
		table: "risks", columns: columnsOf[riskRow](), types: typesOf[riskRow](), id: "row_id",
		key:  func(r *riskRow) uint64 { return r.RowID },
		head: func(r *riskRow) *rowHead { return &r.rowHead },
		same: func(a, b riskRow) bool { return a.Given == b.Given && deepSame(a, b) },
	}
	signalEntity = entity[signalRow]{
		table: "signals", columns: columnsOf[signalRow](), types: typesOf[signalRow](), id: "id",
		key:    func(r *signalRow) uint64 { return r.ID },
		head:   func(r *signalRow) *rowHead { return &r.rowHead },
		same:   sameSignal,
		patch:  patchSignal,
		gather: gatherSignals,
		blank: func(r *signalRow, entered integrity.Day) signalRow {
			return signalRow{ID: r.ID, Kind: r.Kind, Number: r.Number, Source: r.Source, Layer: string(integrity.LayerUnclassified),
				Category: string(integrity.CategoryUnclassified), Status: statusOpen, Machine: machineCategory | machineIntegrity, EnteredOn: entered}
		},
	}
	checkEntity = entity[checkRow]{
		table: "checks", columns: columnsOf[checkRow](), types: typesOf[checkRow](), id: "id",
		key:   func(r *checkRow) uint64 { return r.ID },
		head:  func(r *checkRow) *rowHead { return &r.rowHead },
		same:  deepSame[checkRow],
		patch: patchCheck,
		blank: func(r *checkRow, entered integrity.Day) checkRow {
			return checkRow{ID: r.ID, Number: r.Number, Layer: string(integrity.LayerUnclassified), Category: string(integrity.CategoryUnclassified), EnteredOn: entered}
		},
	}
	ledgerEntity = entity[ledgerRow]{
		table: "ledger", columns: columnsOf[ledgerRow](), types: typesOf[ledgerRow](), id: "id",
		key:   func(r *ledgerRow) uint64 { return r.ID },
		head:  func(r *ledgerRow) *rowHead { return &r.rowHead },
		same:  deepSame[ledgerRow],
		patch: patchLedger,
		blank: func(r *ledgerRow, entered integrity.Day) ledgerRow {
			n := *r
			n.Content, n.Adopted, n.Reason, n.EnteredOn = "", "", "", entered
			return n
		},
	}
)

func number(id uint64) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], id)
	return string(b[:])
}

// deepSame is reflect.DeepEqual but for the head, and an absent list equals an empty one.
func deepSame[T any](a, b T) bool {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		if va.Type().Field(i).Anonymous {
			continue
		}
		x, y := va.Field(i), vb.Field(i)
		if x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			return false
		}
	}
	return true
}

// identify makes the 64-bit key of a record from the parts that name it.
func identify(parts ...string) uint64 {
	var room [256]byte
	b := room[:0]
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:])
}

func gave(given uint64, f field) bool { return given&(1<<f) != 0 }

func patchUnit(to, from *unitRow) {
	g := from.Given
	set(g, fName, &to.Name, from.Name)
	set(g, fParent, &to.Parent, from.Parent)
	set(g, fType, &to.Type, from.Type)
	set(g, fHeads, &to.Heads, from.Heads)
	set(g, fLeader, &to.Leader, from.Leader)
	set(g, fOrder, &to.Order, from.Order)
	set(g, fOpenedOn, &to.OpenedOn, from.OpenedOn)
	set(g, fClosedUnit, &to.ClosedOn, from.ClosedOn)
}

func patchSignal(to, from *signalRow) {
	g := from.Given
	set(g, fUnit, &to.Unit, from.Unit)
	set(g, fDate, &to.OccurredOn, from.OccurredOn)
	set(g, fText, &to.Text, from.Text)
	set(g, fChannel, &to.Channel, from.Channel)
	set(g, fModel, &to.Channel, from.Channel) // 比对模型 is the channel of a comparison
	set(g, fNature, &to.Nature, from.Nature)
	set(g, fLayer, &to.Layer, from.Layer)
	set(g, fStatus, &to.Status, from.Status)
	set(g, fAcceptedOn, &to.AcceptedOn, from.AcceptedOn)
	set(g, fExtendedTo, &to.ExtendedTo, from.ExtendedTo)
	set(g, fClosedOn, &to.ClosedOn, from.ClosedOn)
	set(g, fSeverity, &to.Severity, from.Severity)
	set(g, fDueOn, &to.DueOn, from.DueOn)
	set(g, fFixedOn, &to.FixedOn, from.FixedOn)
	set(g, fRepeatOf, &to.RepeatOf, from.RepeatOf)
	set(g, fRiskRef, &to.RiskRef, from.RiskRef)
	if from.Person != 0 {
		to.Person = from.Person
	}
	if gave(g, fCategory) {
		to.Category = from.Category
		to.Machine = to.Machine&^machineCategory | from.Machine&machineCategory
	}
	if gave(g, fIntegrity) {
		to.Integrity = from.Integrity
		to.Machine = to.Machine&^machineIntegrity | from.Machine&machineIntegrity
	}
}

func patchCheck(to, from *checkRow) {
	g := from.Given
	set(g, fUnit, &to.Unit, from.Unit)
	set(g, fDate, &to.CheckedOn, from.CheckedOn)
	set(g, fRiskRef, &to.RiskRef, from.RiskRef)
	set(g, fInspector, &to.Inspector, from.Inspector)
	set(g, fCheckLeader, &to.Leader, from.Leader)
	set(g, fTookPart, &to.LeaderTookPart, from.LeaderTookPart)
	set(g, fMethods, &to.Methods, from.Methods)
	set(g, fPowerRegular, &to.PowerRegular, from.PowerRegular)
	set(g, fRulesFollowed, &to.RulesFollowed, from.RulesFollowed)
	set(g, fMeasuresDone, &to.MeasuresDone, from.MeasuresDone)
	set(g, fFinding, &to.Finding, from.Finding)
	set(g, fSeverity, &to.Severity, from.Severity)
	set(g, fDueOn, &to.DueOn, from.DueOn)
	set(g, fFixedOn, &to.FixedOn, from.FixedOn)
	set(g, fLayer, &to.Layer, from.Layer)
	set(g, fCategory, &to.Category, from.Category)
	set(g, fVoidReason, &to.VoidReason, from.VoidReason)
}

func patchLedger(to, from *ledgerRow) {
	g := from.Given
	set(g, fContent, &to.Content, from.Content)
	set(g, fAdopted, &to.Adopted, from.Adopted)
	set(g, fReason, &to.Reason, from.Reason)
}

func set[T any](given uint64, f field, to *T, v T) {
	if gave(given, f) {
		*to = v
	}
}

// gatherSignals takes the columns out of signals, which come by the million, in the order
// of the fields.
func gatherSignals() []gatherer[signalRow] {
	return []gatherer[signalRow]{
		taking(func(r *signalRow) int8 { return r.Sign }),
		taking(func(r *signalRow) uint64 { return r.BatchNo }),
		taking(func(r *signalRow) uint64 { return r.Ver }),
		taking(func(r *signalRow) uint64 { return r.Given }),
		taking(func(r *signalRow) uint64 { return r.ID }),
		taking(func(r *signalRow) string { return r.Kind }),
		taking(func(r *signalRow) string { return r.Number }),
		taking(func(r *signalRow) string { return r.Source }),
		taking(func(r *signalRow) string { return r.Unit }),
		taking(func(r *signalRow) integrity.Day { return r.OccurredOn }),
		taking(func(r *signalRow) string { return r.Text }),
		taking(func(r *signalRow) string { return r.Channel }),
		taking(func(r *signalRow) string { return r.Nature }),
		taking(func(r *signalRow) string { return r.Layer }),
		taking(func(r *signalRow) string { return r.Category }),
		taking(func(r *signalRow) string { return r.Status }),
		taking(func(r *signalRow) integrity.Day { return r.AcceptedOn }),
		taking(func(r *signalRow) integrity.Day { return r.ExtendedTo }),
		taking(func(r *signalRow) integrity.Day { return r.ClosedOn }),
		taking(func(r *signalRow) uint8 { return r.Severity }),
		taking(func(r *signalRow) integrity.Day { return r.DueOn }),
		taking(func(r *signalRow) integrity.Day { return r.FixedOn }),
		taking(func(r *signalRow) string { return r.RepeatOf }),
		taking(func(r *signalRow) uint64 { return r.RiskID }),
		taking(func(r *signalRow) string { return r.Integrity }),
		taking(func(r *signalRow) uint8 { return r.Machine }),
		taking(func(r *signalRow) integrity.Day { return r.EnteredOn }),
		taking(func(r *signalRow) string { return r.RiskRef }),
		taking(func(r *signalRow) []uint64 { return r.RiskIDs }),
		taking(func(r *signalRow) string { return r.Link }),
		taking(func(r *signalRow) string { return r.ConfirmedBy }),
		taking(func(r *signalRow) integrity.Day { return r.ConfirmedOn }),
		taking(func(r *signalRow) uint64 { return r.Person }),
		taking(func(r *signalRow) uint64 { return r.Fingerprint }),
	}
}
