/**
 * The images, the chart and the manifests, checked without a cluster and without a tool that has to be installed: Helm runs
 * as a library, and every object is held against the fields that Kubernetes and the operators know. What they refuse, or
 * silently drop, fails here.
 */
@NullMarked
package io.jifen.kubernetes;

import org.jspecify.annotations.NullMarked;
