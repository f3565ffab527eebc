// Package openslo translates OpenSLO v1 to native SLO files.
//
// Every SLO becomes a native document of its own, with one SLO for each of its
// objectives. The other kinds (Service, DataSource, SLI, AlertPolicy,
// AlertCondition and AlertNotificationTarget) define what SLOs refer to by name,
// in any document of any file that is loaded with them.
//
// How the fields are kept, and which are not, is told in docs/foreign.md.
package openslo
