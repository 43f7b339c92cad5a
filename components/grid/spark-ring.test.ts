import { expect, test } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { UNKNOWN_16 } from '../../lib/columns/encodings.ts'
import type { LiveFleet } from '../live/live-fleet.ts'
import { SPARK_POINTS, SparkRing } from './spark-ring.ts'

function fleetWith(rows: number): LiveFleet {
  const domains = new CodeTable()
  domains.addColumn('cpuPercent', 'ufloat16')
  for (let row = 0; row < rows; row++) domains.bear(row, [0, row], 1)
  return { domains, hosts: new CodeTable(), offset: 1, freshness: [], exceptions: new Map() }
}

test('takes steps of a table that has no rows yet, and keeps them when rows come', () => {
  const ring = new SparkRing('cpuPercent')
  const fleet = fleetWith(0)
  expect(ring.push(fleet, 0)).toBe(true)
  expect(ring.steps).toHaveLength(SPARK_POINTS)
  fleet.domains.bear(0, [0, 1], 2)
  fleet.domains.column('cpuPercent')!.set(0, 77, 2)
  expect(ring.push(fleet, 1000)).toBe(true)
  expect(ring.steps[ring.head]![0]).toBe(77)
})

test('takes one step a second, and leaves a gap for the seconds it was not asked', () => {
  const ring = new SparkRing('cpuPercent')
  const fleet = fleetWith(1)
  fleet.domains.column('cpuPercent')!.set(0, 5, 2)
  expect(ring.push(fleet, 0)).toBe(true)
  expect(ring.push(fleet, 500)).toBe(false)
  expect(ring.push(fleet, 4000)).toBe(true)
  const back = (steps: number) => ring.steps[(ring.head - steps + SPARK_POINTS) % SPARK_POINTS]![0]
  expect([back(0), back(1), back(2), back(3), back(4)]).toEqual([5, UNKNOWN_16, UNKNOWN_16, UNKNOWN_16, 5])
})

test('forgets the past of a slot that another domain uses now', () => {
  const ring = new SparkRing('cpuPercent')
  const fleet = fleetWith(1)
  fleet.domains.column('cpuPercent')!.set(0, 5, 2)
  ring.push(fleet, 0)
  fleet.domains.bury(0, 3)
  fleet.domains.bear(0, [0, 9], 4)
  fleet.domains.column('cpuPercent')!.set(0, 6, 4)
  ring.push(fleet, 1000)
  expect(ring.steps.filter((step) => step[0] === 5)).toEqual([])
  expect(ring.steps[ring.head]![0]).toBe(6)
})
