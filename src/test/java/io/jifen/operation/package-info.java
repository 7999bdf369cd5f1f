/** That what operators are told is so: metrics, alerts, dashboard, roles of pods, and how lost data comes back. */
package io.jifen.operation;
