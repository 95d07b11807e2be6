package dashboards

import "slices"

// pageRoutes are the addresses that pages use beside themselves: parts that come later and
// the numbers of charts, checks written by hand.
func (s *server) pageRoutes() []route {
	return slices.Concat(s.cardRoutes(), s.figureRoutes(), s.recordRoutes())
}
