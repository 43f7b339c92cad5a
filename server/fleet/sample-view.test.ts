import { describe, expect, it } from 'vitest'
import { RESET_VALUE } from '../../lib/columns/derived-column.ts'
import { buildReply, monitorParams, type Param, ullong } from '../../lib/ingest/testing/record-builder.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { CHILD_METRICS } from '../../lib/metrics/child-metrics.ts'
import { StatGroup } from '../../lib/metrics/types.ts'
import type { Clock } from '../clock.ts'
import { Fleet } from './fleet.ts'
import { Lane } from './fleet-writer.ts'

const S = 1_000_000_000
const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a07'

class SampledFleet {
  now = 10_000
  readonly heard: [lane: Lane, rows: number[]][] = []
  readonly fleet: Fleet
  readonly host: number

  constructor() {
    const clock: Clock = { now: () => this.now, wall: () => 0, after: () => () => {} }
    this.fleet = new Fleet({ clock, simulated: false })
    this.host = this.fleet.addHost('kvm-01', 'qemu:///system')
    this.fleet.samples.onSamples((lane, rows, count) => this.heard.push([lane, [...rows.subarray(0, count)]]))
  }

  poll(afterMs: number, params: readonly Param[], id = 3): void {
    this.now += afterMs
    const timing = { sentAt: this.now, firstByteAt: this.now, endAt: this.now, suspect: false }
    this.fleet.ingest(this.host, Lane.Monitor, buildReply([{ name: 'vm', uuid: 7, id, params }]), timing, true)
  }

  get row(): number {
    return this.fleet.rowsOf(UUID)[0]!
  }

  vcpu(place: number): number[] {
    const { samples } = this.fleet
    let slot = samples.firstChild(this.row, 'vcpu')
    for (let i = 0; i < place; i++) slot = samples.nextChild('vcpu', slot)
    const into = new Float64Array(CHILD_METRICS.vcpu.length)
    samples.child('vcpu', slot, into, 0)
    return [...into]
  }
}

const busy = (seconds: number, ...more: Param[]): Param[] => [
  ...monitorParams({ tick: 1, vcpus: [5], vcpuEntries: false }),
  ullong('vcpu.5.time', Math.round(seconds * S)),
  ullong('vcpu.5.delay', Math.round((seconds * S) / 10)),
  ...more,
]

describe('samples', () => {
  it('are told once a reply is derived, with the values of the domain and its children', () => {
    const made = new SampledFleet()
    const { samples } = made.fleet
    made.poll(0, busy(1))
    made.poll(2000, busy(2))
    expect(made.heard).toEqual([
      [Lane.Monitor, [made.row]],
      [Lane.Monitor, [made.row]],
    ])
    expect(samples.sampledAt(made.row, StatGroup.Vcpu)).toBe(12_000)
    expect(samples.spanMs(made.row, StatGroup.Vcpu)).toBe(2000)
    expect(made.vcpu(0)).toEqual([50, 5])
    expect(samples.childIdentity('vcpu', samples.firstChild(made.row, 'vcpu'))).toBe('5')
    expect(samples.nextChild('vcpu', samples.firstChild(made.row, 'vcpu'))).toBe(-1)
    const into = new Float64Array(4).fill(7)
    samples.domain(made.row, [findMetric('cpuPercent')!, findMetric('netRxBps')!], into, 1)
    expect([...into]).toEqual([7, 50, Number.NaN, 7])
  })

  it('give the interval kept in place of a gap, and a reset as what it is', () => {
    const made = new SampledFleet()
    made.poll(0, busy(1))
    made.poll(9000, busy(2))
    expect(made.fleet.samples.spanMs(made.row, StatGroup.Vcpu)).toBe(1000)
    expect(made.vcpu(0)).toEqual([Number.NaN, Number.NaN])
    made.poll(1000, busy(0.5))
    expect(made.vcpu(0)).toEqual([RESET_VALUE, RESET_VALUE])
  })

  it('read numbers that have no column exactly, and tell their kind', () => {
    const made = new SampledFleet()
    const odd: Param[] = [
      ullong('vcpu.5.halt_exits.sum', 0xfedcba9876543210n),
      ['vcpu.5.wait', 3, -2n],
      ['vcpu.5.halted', 6, 1],
      ['vcpu.5.low', 1, -3],
      ['vcpu.5.word', 7, 'text'],
    ]
    made.poll(0, busy(1, ...odd))
    const words = new Uint32Array(2)
    const read = (name: string) => {
      const kind = made.fleet.samples.rawWords(made.row, name, words)
      return [kind, (BigInt(words[0]!) << 32n) | BigInt(words[1]!)]
    }
    expect(read('vcpu.5.halt_exits.sum')).toEqual(['unsigned', 0xfedcba9876543210n])
    expect(read('vcpu.5.wait')).toEqual(['signed', 0xfffffffffffffffen])
    expect(read('vcpu.5.halted')).toEqual(['unsigned', 1n])
    expect(read('vcpu.5.low')).toEqual(['signed', 0xfffffffffffffffdn])
    expect(read('vcpu.5.word')[0]).toBe('none')
    expect(read('vcpu.6.wait')[0]).toBe('none')
  })

  it('have the domains polled that somebody watches, as long as anybody does and they are active', () => {
    const made = new SampledFleet()
    const { fleet, host } = made
    made.poll(0, busy(1))
    const names = () => fleet.watchedDomains(host).map(({ name, id }) => `${name} ${id}`)
    const undo = [fleet.samples.watch(made.row), fleet.samples.watch(made.row)]
    expect(names()).toEqual(['vm 3'])
    undo[0]!()
    undo[0]!()
    expect(names()).toEqual(['vm 3'])
    made.poll(1000, busy(1), -1)
    expect(names()).toEqual([])
    made.poll(1000, busy(1), 4)
    expect(names()).toEqual(['vm 4'])
    undo[1]!()
    expect(names()).toEqual([])
  })
})
