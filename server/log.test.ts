import { describe, expect, it } from 'vitest'
import { DomscopeError } from '../lib/errors/domscope-error.ts'
import { createLog, withFields } from './log.ts'

function recorded() {
  const lines: string[] = []
  return {
    lines,
    log: createLog(
      (line) => lines.push(line),
      () => 0,
    ),
  }
}

describe('log', () => {
  it('writes one JSON object a line, with time, level and event first', () => {
    const { lines, log } = recorded()
    log.warn('poll.failed', { host: 3, count: 10n })
    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"poll.failed","host":3,"count":"10"}',
    ])
  })

  it('writes errors by code and text, without a stack', () => {
    const { lines, log } = recorded()
    log.error('x', { error: new DomscopeError('BAD', 'it broke', { radius: 'reply', remedy: 'mend it' }) })
    expect(JSON.parse(lines[0]!).error).toEqual({ code: 'BAD', message: 'it broke', detail: {}, remedy: 'mend it' })
    expect(lines[0]).not.toContain('log.test.ts')
  })

  it('puts given fields into every line', () => {
    const { lines, log } = recorded()
    withFields(log, { hostName: 'kvm-01' }).info('host.connected', { host: 0 })
    expect(JSON.parse(lines[0]!)).toMatchObject({ event: 'host.connected', hostName: 'kvm-01', host: 0 })
  })
})
