import { describe, expect, it } from 'vitest'
import { DEFAULT_COMPARE, formatCompare, MAX_LINKED, readCompare, toggleMetric } from './compare-choice.ts'
import { DEFAULT_DETAIL } from './detail-choice.ts'
import { parseQuery } from './query-string.ts'

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

function read(query: string) {
  const problems: string[] = []
  return { choice: readCompare(parseQuery(query), problems), problems }
}

describe('what a link compares', () => {
  it('is read and written as UUID and host, in the order of picking', () => {
    const domains = [
      { host: 'kvm-02', uuid: uuid(2) },
      { host: 'kvm-01', uuid: uuid(1) },
    ]
    const query = formatCompare({ domains, metrics: ['cpu', 'net'] }, { ...DEFAULT_DETAIL, range: '1h' })
    expect(query).toBe(`compare=${uuid(2)}@kvm-02,${uuid(1)}@kvm-01&metrics=cpu,net&range=1h`)
    expect(read(query)).toEqual({ choice: { domains, metrics: ['cpu', 'net'] }, problems: [] })
  })

  it('takes hosts whose names have commas and at signs', () => {
    const { choice, problems } = read(`compare=${uuid(1)}@a,b@c,${uuid(2)}@d`)
    expect(choice.domains.map(({ host }) => host)).toEqual(['a,b@c', 'd'])
    expect(problems).toEqual([])
  })

  it('names each domain once, leaves out what is none, and says so', () => {
    const { choice, problems } = read(
      `compare=${uuid(1)}@a,${uuid(1).toUpperCase()}@a,${'f'.repeat(36)}@b&metrics=cpu,heat`,
    )
    expect(choice).toEqual({ domains: [{ host: 'a', uuid: uuid(1) }], metrics: ['cpu'] })
    expect(problems).toHaveLength(2)
    expect(problems.join(' ')).toContain('“heat”')
  })

  it('ends at as many domains as a page may open, in both directions', () => {
    const domains = Array.from({ length: MAX_LINKED + 5 }, (_, n) => ({ host: 'a', uuid: uuid(n) }))
    const written = read(formatCompare({ ...DEFAULT_COMPARE, domains }, DEFAULT_DETAIL))
    expect(written.choice.domains).toEqual(domains.slice(0, MAX_LINKED))
    const { choice, problems } = read(`compare=${domains.map((one) => `${one.uuid}@a`).join(',')}`)
    expect(choice.domains).toHaveLength(MAX_LINKED)
    expect(problems).toHaveLength(1)
  })

  it('has at least one metric', () => {
    expect(read(`compare=${uuid(1)}@a&metrics=`).choice.metrics).toEqual(DEFAULT_COMPARE.metrics)
    expect(toggleMetric(['steal'], 'steal')).toEqual(['steal'])
    expect(toggleMetric(['steal', 'net'], 'steal')).toEqual(['net'])
    expect(toggleMetric(['net'], 'cpu')).toEqual(['cpu', 'net'])
  })
})
