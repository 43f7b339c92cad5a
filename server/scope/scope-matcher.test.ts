import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScopeRule } from '../auth/access.ts'
import { compileGlob } from './glob.ts'
import { type HostLabels, ScopeMatcher } from './scope-matcher.ts'
import { scopeWords } from './scope-words.ts'

const SEED = Number(process.env.DOMSCOPE_SEED ?? 20_260_101)

/** Few letters, so that patterns often match; with cases, an astral character and what a regular expression would take. */
const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '.', '-', '😀', 'ü'), maxLength: 8 })
const pattern = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '.', '*', '?', '😀', 'Ü'), maxLength: 6 })

/** The meaning, without any care for what it costs. */
function naiveGlob(wanted: string, given: string): boolean {
  const [first, ...rest] = Array.from(wanted.toLowerCase())
  const letters = Array.from(given.toLowerCase())
  if (first === undefined) return letters.length === 0
  if (first === '*') return letters.some((_, i) => naive(rest, letters.slice(i))) || naive(rest, [])
  const [head, ...tail] = letters
  return head !== undefined && (first === '?' || first === head) && naive(rest, tail)
}
const naive = (wanted: readonly string[], given: readonly string[]) => naiveGlob(wanted.join(''), given.join(''))

const patterns = fc.array(pattern, { maxLength: 2 })
const rule: fc.Arbitrary<ScopeRule> = fc.record({
  hosts: patterns,
  labels: fc.array(
    fc.tuple(fc.constantFrom('rack', 'zone', 'toString'), pattern).map(([key, of]) => `${key}=${of}`),
    { maxLength: 2 },
  ),
  projects: patterns,
  names: patterns,
})

interface Subject {
  readonly host: string
  readonly labels: Readonly<Record<string, string>>
  readonly project: string | null
  readonly name: string
}

function naiveAdmits(rules: readonly ScopeRule[], { host, labels, project, name }: Subject): boolean {
  const any = (globs: readonly string[], given: string) => globs.length === 0 || globs.some((g) => naiveGlob(g, given))
  const labelled = (globs: readonly string[]) =>
    globs.length === 0 ||
    globs.some((glob) => {
      const [key, ...rest] = glob.split('=')
      return Object.entries(labels).some(([own, value]) => own === key && naiveGlob(rest.join('='), value))
    })
  return rules.some(
    (one) =>
      any(one.hosts, host) &&
      labelled(one.labels) &&
      any(one.names, name) &&
      (one.projects.length === 0 || (project !== null && any(one.projects, project))),
  )
}

describe('a pattern', () => {
  it.each([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['kvm-*', 'KVM-07', true],
    ['kvm-*', 'xkvm-07', false],
    ['kvm-?', 'kvm-12', false],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'aXexample.org', false],
    ['a*b*c', 'axxbyybzzc', true],
    ['a*b*c', 'axxbyyb', false],
    ['[ab]', 'a', false],
    ['?', '😀', true],
  ])('%j matches %j: %s', (wanted, given, expected) => {
    expect(compileGlob(wanted)(given)).toBe(expected)
  })

  it(`means the same as its slow reading (seed ${SEED})`, () => {
    fc.assert(
      fc.property(pattern, text, (wanted, given) => {
        expect(compileGlob(wanted)(given)).toBe(naiveGlob(wanted, given))
      }),
      { seed: SEED, numRuns: 5000 },
    )
  })

  it('with hundreds of stars is through at once, where trying every way would never end', () => {
    expect(compileGlob(`${'*a'.repeat(300)}*b`)('a'.repeat(3000))).toBe(false)
  })
})

describe('a scope', () => {
  it(`admits what its rules say (seed ${SEED})`, () => {
    const subject = fc.record({
      host: text,
      labels: fc.dictionary(fc.constantFrom('rack', 'zone', 'other'), text, { maxKeys: 3 }),
      project: fc.option(text),
      name: text,
    })
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), subject, (rules, one) => {
        const labels: HostLabels = new Map([[one.host, one.labels]])
        const admission = new ScopeMatcher(rules, labels).host(one.host)
        const admitted = admission.admits(one.name, one.project)
        expect(admitted).toBe(naiveAdmits(rules, one))
        if (admitted) expect(admission.any).toBe(true)
        if (admission.whole) expect(naiveAdmits(rules, { ...one, name: 'anything', project: null })).toBe(true)
      }),
      { seed: SEED, numRuns: 3000 },
    )
  })

  it('admits a host as a whole only by a rule that asks for nothing of its domains', () => {
    const rules: ScopeRule[] = [
      { hosts: ['kvm-*'], labels: [], projects: ['acme'], names: [] },
      { hosts: [], labels: ['rack=r1'], projects: [], names: [] },
    ]
    const matcher = new ScopeMatcher(
      rules,
      new Map([
        ['kvm-1', { rack: 'R1' }],
        ['kvm-2', { rack: 'r2' }],
      ]),
    )
    expect(matcher.host('kvm-1')).toMatchObject({ whole: true, any: true })
    expect(matcher.host('kvm-2')).toMatchObject({ whole: false, any: true, asksProject: true })
    expect(matcher.host('db-1')).toMatchObject({ whole: false, any: false })
    expect(matcher.host('kvm-2').admits('web', null)).toBe(false)
    expect(matcher.host('kvm-2').admits('web', 'ACME')).toBe(true)
  })

  it('without rules admits nothing, and an empty rule everything', () => {
    expect(new ScopeMatcher([], new Map()).host('kvm-1').any).toBe(false)
    const all = { hosts: [], labels: [], projects: [], names: [] }
    expect(new ScopeMatcher([all], new Map()).host('kvm-1').whole).toBe(true)
  })

  it('is told in words', () => {
    const none = { hosts: [], labels: [], projects: [], names: [] }
    expect(scopeWords(null)).toBe('all')
    expect(scopeWords([])).toBe('nothing')
    expect(
      scopeWords([
        { ...none, hosts: ['kvm-*', 'db-1'], projects: ['acme'] },
        { ...none, labels: ['rack=r1'] },
      ]),
    ).toBe('host kvm-* or db-1, project acme; or host label rack=r1')
  })
})
