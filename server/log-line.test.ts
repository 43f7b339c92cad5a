import { describe, expect, it } from 'vitest'
import { DomscopeError } from '../lib/errors/domscope-error.ts'
import { createLog, type LogSettings } from './log.ts'
import { config, failure } from './testing/config-sources.ts'

function written(settings: LogSettings) {
  const lines: string[] = []
  const log = createLog(
    (line) => lines.push(line),
    () => Date.UTC(2026, 11, 1, 9, 3, 12, 345),
    settings,
  )
  return { lines, log }
}

const text = () => written({ level: 'info', format: 'text' })
const json = () => written({ level: 'info', format: 'json' })
/** What a guest may be called: it clears the screen, turns the line round, and forges a line of its own. */
const HOSTILE = 'web\u001b[2J\u009b31m\u202eredro\r\n2026-12-01 09:03:12Z ERROR fault'

describe('lines of the log for people', () => {
  it('begin with time, level and event, then say what happened, then the rest', () => {
    const { lines, log } = text()
    log.warn('http.refused', { code: 'X', message: 'Too many connections.', address: '::1', count: 10n, note: 'a b' })
    expect(lines).toEqual([
      '2026-12-01 09:03:12Z WARN  http.refused: Too many connections. code=X address=::1 count="10" note="a b"',
    ])
  })

  it('tell an error with its code and remedy, without a stack', () => {
    const { lines, log } = text()
    const error = new DomscopeError('BAD', 'it broke', { radius: 'reply', remedy: 'Mend it.' })
    log.error('x', { host: 3, error, missing: undefined })
    log.error('y', { error: new Error('plain') })
    expect(lines).toEqual([
      '2026-12-01 09:03:12Z ERROR x: it broke [BAD] Mend it. host=3',
      '2026-12-01 09:03:12Z ERROR y: plain',
    ])
  })

  it('indent the stack of a fault', () => {
    const { lines, log } = text()
    log.error('fault', { stack: `Error: ${HOSTILE}\n    at a.ts:1` })
    const [head, ...stack] = lines[0]!.split('\n')
    expect(head).toBe('2026-12-01 09:03:12Z ERROR fault')
    expect(stack.length).toBeGreaterThan(1)
    for (const line of stack) expect(line).toMatch(/^ {4}\S/)
  })

  it.each(['message', 'name', 'error'])('show what terminals would obey, in %s', (key) => {
    const { lines, log } = text()
    log.info('x', { [key]: key === 'error' ? new Error(HOSTILE) : HOSTILE, [`k${HOSTILE}`]: [HOSTILE] })
    expect(lines).toHaveLength(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    expect(lines[0]).toContain('‹009B›')
  })
})

describe('lines of the log for programs', () => {
  it('hold every character, escaped where a terminal would obey it', () => {
    const { lines, log } = json()
    log.info('x', { name: HOSTILE })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    expect(JSON.parse(lines[0]!).name).toBe(HOSTILE)
  })
})

describe('levels of the log', () => {
  it.each<[LogSettings['level'], string[]]>([
    ['info', ['e', 'w', 'i', 'audit.login', 'audit.login_refused']],
    ['warn', ['e', 'w', 'audit.login', 'audit.login_refused']],
    ['error', ['e', 'audit.login', 'audit.login_refused']],
  ])('%s leaves out what is quieter, but not what people did', (level, events) => {
    const { lines, log } = written({ level, format: 'json' })
    log.error('e')
    log.warn('w')
    log.info('i')
    log.info('audit.login')
    log.warn('audit.login_refused')
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(events)
  })
})

describe('settings of the log', () => {
  const argv = ['--connect', 'qemu:///system']

  it('come from flag, variable and file, in this order', () => {
    const files = { '/c.yaml': 'logLevel: error\nlogFormat: text\n' }
    const inFile = [...argv, '--config', '/c.yaml']
    expect(config({ argv }).log).toEqual({ level: 'info', format: 'auto' })
    expect(config({ argv: inFile, files }).log).toEqual({ level: 'error', format: 'text' })
    const env = { DOMSCOPE_LOG_LEVEL: 'warn', DOMSCOPE_LOG_FORMAT: 'json' }
    expect(config({ argv: inFile, files, env }).log).toEqual({ level: 'warn', format: 'json' })
    const flags = [...inFile, '--log-level', 'info', '--log-format', 'auto']
    expect(config({ argv: flags, files, env }).log).toEqual({ level: 'info', format: 'auto' })
  })

  it.each([
    [{ argv: [...argv, '--log-level', 'loud'] }, '--log-level: "loud" is no level of the log'],
    [{ argv, env: { DOMSCOPE_LOG_FORMAT: 'xml' } }, 'DOMSCOPE_LOG_FORMAT: "xml" is no format of the log'],
    [
      { argv: ['--config', '/c.yaml'], files: { '/c.yaml': 'duty: 5\nlogLevel: 3\n' } },
      '/c.yaml:2: logLevel: 3 is no level of the log',
    ],
  ])('are refused with those that exist: %j', (given, what) => {
    const error = failure(given)
    expect(error.message).toBe(what)
    expect(error.remedy).toMatch(/^Write \w+, \w+, \w+\.$/)
  })
})
