// Package clustertest gives tests a real cluster on one machine: embedded engines that
// know each other as shards and speak the native protocol with one another. It is
// imported by tests only, whose TestMain lets the test binary be the engine.
//
// The engines are those of package engine; what makes a cluster of them (the shards, a
// user for the traffic between them) lies in files beside their configuration, as on
// servers. They cannot replicate, so each shard has one replica.
package clustertest
