import { describe, expect, it } from 'vitest'
import type { ChartModel } from '../../charts/chart-model.ts'
import { FakeDetail } from '../../charts/testing/fake-detail.ts'
import { columnsIn } from './chart-grid.tsx'
import { diskGroups, domainGroup, freeColour, nicGroups, vcpuCharts } from './chart-groups.ts'
import { CPU_CHARTS } from './chart-plans.ts'
import { offeredRanges } from './time-bar.tsx'

const { tracks } = new FakeDetail({ vcpus: 4, disks: 2, nics: 1, seconds: 10, now: 0 })
const FACTS = { notes: { stealWorstPercent: 'incl. own CPU cap' }, absent: ['cpuCapPercent'], lacks: ['kvm'] } as const

describe('groups of charts', () => {
  it('are one for each disk and NIC, named by them', () => {
    expect(diskGroups(tracks).map(({ id }) => id)).toEqual(['disk:vda', 'disk:vdb'])
    expect(nicGroups(tracks).map(({ id }) => id)).toEqual(['nic:vnet0'])
    expect(diskGroups(tracks)[0]!.charts.map(({ title }) => title)).toEqual([
      'IOPS',
      'Throughput',
      'Latency',
      'Queue depth',
      'Request size',
    ])
  })

  it('have one unit in each chart, and say what must be said beside the values', () => {
    const { charts } = domainGroup('cpu', 'CPU', CPU_CHARTS, tracks, FACTS)
    for (const { series } of charts) expect(new Set(series.map(({ metric }) => metric.unit)).size).toBe(1)
    expect(charts.map(({ id, note }) => [id, note])).toContainEqual(['cpu-steal', 'incl. own CPU cap'])
  })

  it('wait for no value that the domain cannot have', () => {
    const { charts } = domainGroup('cpu', 'CPU', CPU_CHARTS, tracks, FACTS)
    expect(charts.flatMap(({ series }) => series.map(({ key }) => key))).not.toContain('cpuCapPercent')
  })

  it('say why they are empty, by what the domain lacks and by what emptiness means', () => {
    const why = (charts: readonly ChartModel[], id: string) => charts.find((one) => one.id === id)!.whyEmpty
    const { charts } = domainGroup('cpu', 'CPU', CPU_CHARTS, tracks, FACTS)
    expect(why(charts, 'cpu-exits')).toContain('the host sends no KVM counters')
    expect(why(charts, 'cpu-steal')).toBe('nothing known in this time')
    expect(why(diskGroups(tracks)[0]!.charts, 'disk:vda-latency')).toBe('no request finished in this time')
  })

  it('have the parts of every host that a domain was on', () => {
    const moved = tracks.map((track) => Object.assign(Object.create(track), { host: 'fake-02' }))
    const [cpu] = domainGroup('cpu', 'CPU', CPU_CHARTS, [...tracks, ...moved], FACTS).charts
    expect(cpu!.series[0]!.parts.map(({ track }) => track.host)).toEqual(['fake-01', 'fake-02'])
  })

  it('draw the chosen vCPUs, each in its colour', () => {
    const charts = vcpuCharts(
      tracks,
      new Map([
        ['2', 1],
        ['0', 2],
        ['9', 3],
      ]),
    )
    expect(charts.map(({ id }) => id)).toEqual(['vcpu-vcpuPercent', 'vcpu-vcpuStealPercent'])
    expect(charts[0]!.series.map(({ key, colour }) => [key, colour])).toEqual([
      ['2', 1],
      ['0', 2],
    ])
    expect([freeColour([]), freeColour([1, 3]), freeColour([1, 2, 3, 4, 5, 6, 7, 8])]).toEqual([1, 2, 1])
  })
})

describe('the panel', () => {
  it('fills its rows of charts equally', () => {
    expect(columnsIn(700, 4)).toEqual({ columns: 1, chartPx: 700 })
    expect(columnsIn(900, 4).columns).toBe(2)
    expect(columnsIn(1900, 5).columns).toBe(3)
    expect(columnsIn(1900, 4).columns).toBe(4)
  })

  it('offers the ranges that history fills, and the shortest always', () => {
    expect(offeredRanges(0)).toEqual(['5m'])
    expect(offeredRanges(200_000)).toEqual(['5m', 'all'])
    expect(offeredRanges(600_000)).toEqual(['5m', '15m', 'all'])
    expect(offeredRanges(7_200_000)).toEqual(['5m', '15m', '1h', 'all'])
  })
})
