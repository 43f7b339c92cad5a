import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../columns/code-table.ts'
import { encodeUfloat16 } from '../../columns/encodings.ts'
import { PartialCause } from '../../metrics/partial-cause.ts'
import { READING_COUNT } from '../../metrics/types.ts'
import { readConditions } from './conditions.ts'

const NOW = 1_000_000

interface Guest {
  readonly host?: number
  readonly state?: string
  readonly reason?: string
  readonly stopped?: number
  readonly cpuCap?: number
  readonly diskCap?: number
  readonly cause?: number
  readonly countedOn?: string
}

/** Hosts by state and age of what was read, ms; each keeps an interval of 1 s. */
function estate(hostStates: readonly (readonly [state: string, ageMs: number])[], guests: readonly Guest[]) {
  const [domains, hosts] = [new CodeTable(), new CodeTable()]
  for (const row of hostStates.keys()) hosts.bear(row, [], 1)
  const words = (['state', 'reason', 'countedOn'] as const).map((id) => domains.addColumn(id, 'dict16'))
  const numbers = ['ioStoppedSeconds', 'cpuCapPercent', 'diskCapPercent'].map((id) => domains.addColumn(id, 'ufloat16'))
  for (const [row, guest] of guests.entries()) {
    domains.bear(row, [guest.host ?? 0, row, 0, 0, 0], 1)
    for (const [index, word] of [guest.state ?? 'running', guest.reason, guest.countedOn].entries()) {
      const column = words[index]!
      if (word !== undefined) column.set(row, domains.dictionaries.get(column.number)!.codeOf(word, 1), 1)
    }
    for (const [index, value] of [guest.stopped, guest.cpuCap, guest.diskCap].entries())
      if (value !== undefined) numbers[index]!.set(row, encodeUfloat16(value), 1)
  }
  const freshness = hostStates.map(([state, ageMs]) => ({
    state,
    sampledAt: new Float64Array(READING_COUNT).fill(NOW - ageMs),
    intervalMs: new Float64Array(READING_COUNT).fill(1000),
  }))
  const exceptions = new Map(
    guests.flatMap(({ cause }, row) => (cause === undefined ? [] : [[row, { partialGroups: 8, cause }] as const])),
  )
  return { domains, hosts, freshness, exceptions }
}

function read(source: ReturnType<typeof estate>, limit = 10, hasHost: (row: number) => boolean = () => true) {
  const rows = Uint32Array.from({ length: source.domains.rowLimit }, (_, row) => row)
  return readConditions(source, { rows, count: rows.length }, hasHost, NOW, limit)
}

describe('conditions of a wall', () => {
  it('says nothing while all is well', () => {
    const list = read(
      estate([['up', 500]], [{}, { state: 'paused', reason: 'user' }, { stopped: 0, cpuCap: 94, diskCap: 10 }]),
    )
    expect([list.total, list.gravity, list.first(9)]).toEqual([0, null, []])
  })

  it('puts what is wrong into words, the worst first', () => {
    const guests: Guest[] = [
      { cpuCap: 99.6 },
      { stopped: 12 },
      { stopped: 40 },
      { stopped: 4 },
      { state: 'crashed' },
      { state: 'paused', reason: 'I/O error' },
      { cause: PartialCause.Stuck },
      { cause: PartialCause.Incomplete },
      { cause: PartialCause.Job },
      { diskCap: 97 },
    ]
    const list = read(
      estate(
        [
          ['up', 500],
          ['unreachable', 190_000],
          ['up', 7300],
        ],
        guests,
      ),
      20,
    )
    expect(
      list.first(20).map(({ gravity, subject, words }) => [gravity, subject?.entity, subject?.row, words]),
    ).toEqual([
      ['wrong', 'host', 1, 'out of reach, last read 3 min ago'],
      ['wrong', 'domain', 4, 'crashed'],
      ['wrong', 'domain', 5, 'paused: I/O error'],
      ['wrong', 'domain', 2, 'I/O stopped 40 s'],
      ['wrong', 'domain', 1, 'I/O stopped 12 s'],
      ['wrong', 'domain', 6, 'QEMU does not answer'],
      ['look', 'host', 2, 'behind: data 7.3 s old'],
      ['look', 'domain', 7, 'incomplete record'],
      ['note', 'domain', 0, 'at its CPU cap (100 %)'],
      ['note', 'domain', 9, 'at its I/O limit (97 %)'],
    ])
  })

  it('leaves out what a host out of reach was like before', () => {
    const list = read(estate([['unreachable', 5000]], [{ stopped: 60 }, { state: 'crashed' }]))
    expect(list.first(9).map(({ kind }) => kind)).toEqual(['unreachable'])
  })

  it('counts a domain that is seen twice once, and says so', () => {
    const list = read(estate([['up', 0]], [{ stopped: 60 }, { stopped: 60, countedOn: 'kvm-01' }]))
    expect(list.first(9).map(({ words }) => words)).toEqual([
      'I/O stopped 60 s',
      '1 domain is seen twice, counted once',
    ])
  })

  it('keeps the worst of each kind and counts the rest', () => {
    const guests = Array.from({ length: 500 }, (_, index): Guest => ({ stopped: 6 + ((index * 37) % 500), cpuCap: 96 }))
    const list = read(estate([['up', 0]], guests), 4)
    const shown = list.first(4)
    expect(shown.map(({ weight }) => Math.round(weight))).toEqual([505, 504, 503, 502])
    expect(list.total).toBe(1000)
    expect(list.restAfter(shown)).toBe('496 I/O stopped, 500 at CPU cap')
  })

  it('leaves out hosts that are not looked at', () => {
    const source = estate(
      [
        ['unreachable', 0],
        ['unreachable', 0],
      ],
      [],
    )
    expect(
      read(source, 9, (row) => row === 1)
        .first(9)
        .map(({ subject }) => subject?.row),
    ).toEqual([1])
  })

  it('works while no column has come yet', () => {
    const domains = new CodeTable()
    domains.bear(0, [0, 0, 0, 0, 0], 1)
    const source = { ...estate([['up', 0]], []), domains }
    expect(read(source).total).toBe(0)
  })
})
