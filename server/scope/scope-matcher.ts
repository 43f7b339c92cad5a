import type { ScopeRule } from '../auth/access.ts'
import { compileGlob, type Glob } from './glob.ts'

/** Labels of hosts by host name, as configured. */
export type HostLabels = ReadonlyMap<string, Readonly<Record<string, string>>>

/** What of a host a scope admits. */
export interface HostAdmission {
  /** Everything on it, and its own figures: a rule asks for nothing of the domain. */
  readonly whole: boolean
  /** Some rule could admit a domain of it. */
  readonly any: boolean
  /** Some rule that could asks for the project. */
  readonly asksProject: boolean
  /**
   * Whether a domain of it is admitted.
   *
   * @param project - Null while it is not known, and of a domain without one: no pattern matches that.
   */
  admits(name: string, project: string | null): boolean
  /** Whether a domain of this name would be, in some project. */
  admitsName(name: string): boolean
}

interface DomainRule {
  readonly projects: readonly Glob[]
  readonly names: readonly Glob[]
}

interface HostRule extends DomainRule {
  readonly hosts: readonly Glob[]
  readonly labels: readonly LabelGlob[]
}

interface LabelGlob {
  readonly key: string
  readonly matches: Glob
}

/** Says what a list of rules admits; compiled once, and for each host once. */
export class ScopeMatcher {
  private readonly rules: readonly HostRule[]
  private readonly labels: HostLabels
  private readonly known = new Map<string, HostAdmission>()

  constructor(rules: readonly ScopeRule[], labels: HostLabels) {
    this.rules = rules.map(compileRule)
    this.labels = labels
  }

  host(name: string): HostAdmission {
    let admission = this.known.get(name)
    if (admission === undefined) {
      const labels = this.labels.get(name) ?? {}
      admission = admissionOf(this.rules.filter((rule) => isOf(rule, name, labels)))
      this.known.set(name, admission)
    }
    return admission
  }
}

function compileRule({ hosts, labels, projects, names }: ScopeRule): HostRule {
  return {
    hosts: hosts.map(compileGlob),
    labels: labels.map(compileLabel),
    projects: projects.map(compileGlob),
    names: names.map(compileGlob),
  }
}

/** `KEY=PATTERN`. Without `=` there is no pattern, and nothing matches: whoever mistypes sees less, never more. */
function compileLabel(text: string): LabelGlob {
  const cut = text.indexOf('=')
  if (cut < 0) return { key: text, matches: () => false }
  return { key: text.slice(0, cut), matches: compileGlob(text.slice(cut + 1)) }
}

function isOf({ hosts, labels }: HostRule, name: string, given: Readonly<Record<string, string>>): boolean {
  const hasLabel = ({ key, matches }: LabelGlob) => Object.hasOwn(given, key) && matches(given[key]!)
  return matchesAny(hosts, name) && (labels.length === 0 || labels.some(hasLabel))
}

function admissionOf(rules: readonly DomainRule[]): HostAdmission {
  const whole = rules.some(({ projects, names }) => projects.length === 0 && names.length === 0)
  const asks = rules.some(({ projects }) => projects.length > 0)
  return {
    whole,
    any: rules.length > 0,
    asksProject: asks && !whole,
    admitsName: (name) => rules.some(({ names }) => matchesAny(names, name)),
    admits: whole ? () => true : (name, project) => rules.some((rule) => admitsDomain(rule, name, project)),
  }
}

function admitsDomain({ projects, names }: DomainRule, name: string, project: string | null): boolean {
  const isOfProject = projects.length === 0 || (project !== null && matchesAny(projects, project))
  return isOfProject && matchesAny(names, name)
}

/** No pattern at all asks for nothing. */
function matchesAny(globs: readonly Glob[], text: string): boolean {
  return globs.length === 0 || globs.some((glob) => glob(text))
}
