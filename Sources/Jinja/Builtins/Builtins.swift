/// Jinja2's own filters, tests and functions. What Ansible adds comes from outside, in tables of the same shape.
package enum Builtins {
  package static let filters: [TemplateFunction] =
    textFilters + htmlFilters + numberFilters + sequenceFilters + selectionFilters + mappingFilters
  package static let tests: [TemplateFunction] = valueTests + comparisonTests
  package static let globals: [TemplateFunction] = functions
}
