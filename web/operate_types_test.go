package web_test

import "github.com/slofuse/slofuse/web/api"

// operateTypes are the wire types of what operates slofuse, by the names of their
// schemas.
var operateTypes = map[string]any{
	"Status": api.Status{}, "BackendStatus": api.BackendStatus{}, "EvaluationStatus": api.EvaluationStatus{}, "LedgerStatus": api.LedgerStatus{}, "OutboxStatus": api.OutboxStatus{},
	"DestinationStatus": api.DestinationStatus{}, "HeartbeatStatus": api.HeartbeatStatus{}, "ConfigurationStatus": api.ConfigurationStatus{},
	"RouteTree": api.RouteTree{}, "RouteNode": api.RouteNode{}, "RouteTest": api.RouteTest{}, "RoutingVisit": api.RoutingVisit{}, "RoutingHit": api.RoutingHit{},
	"EditList": api.EditList{}, "Edit": api.Edit{}, "EditDiff": api.EditDiff{}, "EditedSLO": api.EditedSLO{}, "EditedSetting": api.EditedSetting{},
	"RoutingMute": api.RoutingMute{}, "RoutingClimb": api.RoutingClimb{}, "RoutingStep": api.RoutingStep{}, "RoutingBeside": api.RoutingBeside{},
}
