/// Hears nothing: for commands that run no play.
package struct SilentListener: RunListener {
  package init() {}
  package func receive(_ event: RunEvent) {}
}
