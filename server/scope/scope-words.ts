import type { Scope, ScopeRule } from '../auth/access.ts'

/** A scope in words, for people: what HELLO tells and the account menu shows. */
export function scopeWords(scope: Scope): string {
  if (scope === null) return 'all'
  return scope.length === 0 ? 'nothing' : scope.map(ruleWords).join('; or ')
}

function ruleWords({ hosts, labels, projects, names }: ScopeRule): string {
  const parts = [
    wordsOf('host', hosts),
    wordsOf('host label', labels),
    wordsOf('project', projects),
    wordsOf('name', names),
  ]
  const asked = parts.filter((part) => part !== '')
  return asked.length === 0 ? 'all' : asked.join(', ')
}

function wordsOf(what: string, patterns: readonly string[]): string {
  return patterns.length === 0 ? '' : `${what} ${patterns.join(' or ')}`
}
