import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../../lib/columns/code-table.ts'
import { encodeUfloat16, UNKNOWN_16 } from '../../../lib/columns/encodings.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { SPARK_POINTS, SparkRing } from './spark-ring.ts'

function fixture() {
  const domains = new CodeTable()
  const column = domains.addColumn('cpuPercent', 'ufloat16')
  domains.bear(0, [], 1)
  const fleet: LiveFleet = { domains, hosts: new CodeTable(), offset: 1, freshness: [], exceptions: new Map() }
  return { domains, column, fleet, ring: new SparkRing('cpuPercent') }
}

/** The history of a row, oldest first. */
const history = (ring: SparkRing, row: number) =>
  Array.from({ length: SPARK_POINTS }, (_, i) => ring.steps[(ring.head + 1 + i) % SPARK_POINTS]![row]!)

describe('spark ring', () => {
  it('starts empty and takes one step a second', () => {
    const { column, fleet, ring } = fixture()
    column.set(0, encodeUfloat16(10), 1)
    expect(ring.push(fleet, 1000)).toBe(true)
    expect(ring.push(fleet, 1500)).toBe(false)
    column.set(0, encodeUfloat16(20), 2)
    expect(ring.push(fleet, 2000)).toBe(true)
    const codes = history(ring, 0)
    expect(codes.slice(-2)).toEqual([encodeUfloat16(10), encodeUfloat16(20)])
    expect(codes.slice(0, -2).every((code) => code === UNKNOWN_16)).toBe(true)
  })

  it('takes steps of a table that has no rows yet, and keeps them when rows come', () => {
    const domains = new CodeTable()
    const column = domains.addColumn('cpuPercent', 'ufloat16')
    const fleet: LiveFleet = { domains, hosts: new CodeTable(), offset: 1, freshness: [], exceptions: new Map() }
    const ring = new SparkRing('cpuPercent')
    expect(ring.push(fleet, 0)).toBe(true)
    expect(ring.steps).toHaveLength(SPARK_POINTS)
    domains.bear(0, [], 2)
    column.set(0, 77, 2)
    expect(ring.push(fleet, 1000)).toBe(true)
    expect(history(ring, 0).slice(-2)).toEqual([UNKNOWN_16, 77])
  })

  it('leaves a gap for the seconds that nobody saw', () => {
    const { column, fleet, ring } = fixture()
    column.set(0, encodeUfloat16(10), 1)
    ring.push(fleet, 1000)
    ring.push(fleet, 4000)
    expect(history(ring, 0).slice(-4)).toEqual([encodeUfloat16(10), UNKNOWN_16, UNKNOWN_16, encodeUfloat16(10)])
    ring.push(fleet, 4_000_000)
    expect(
      history(ring, 0)
        .slice(0, -1)
        .every((code) => code === UNKNOWN_16),
    ).toBe(true)
  })

  it('does not show the past of a domain that used the slot before', () => {
    const { domains, column, fleet, ring } = fixture()
    column.set(0, encodeUfloat16(90), 1)
    ring.push(fleet, 1000)
    domains.bury(0, 2)
    domains.bear(0, [], 3)
    column.set(0, encodeUfloat16(1), 3)
    ring.push(fleet, 2000)
    expect(history(ring, 0).slice(-2)).toEqual([UNKNOWN_16, encodeUfloat16(1)])
  })

  it('keeps what it has when the table grows', () => {
    const { domains, column, fleet, ring } = fixture()
    column.set(0, encodeUfloat16(7), 1)
    ring.push(fleet, 1000)
    domains.bear(500, [], 2)
    ring.push(fleet, 2000)
    expect(history(ring, 0).slice(-2)).toEqual([encodeUfloat16(7), encodeUfloat16(7)])
    expect(history(ring, 500).slice(-2)).toEqual([UNKNOWN_16, UNKNOWN_16])
  })
})
