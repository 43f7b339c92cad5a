import { describe, expect, it } from 'vitest'
import { counterKind, rateBetween } from './counter-rate.ts'

describe('rates of typed parameters', () => {
  it('are known by the names of what counts', () => {
    expect(counterKind('vcpu.3.time')).toBe('nanoseconds')
    expect(counterKind('vcpu.0.halt_wait_ns.sum')).toBe('nanoseconds')
    expect(counterKind('vcpu.0.exits.sum')).toBe('count')
    expect(counterKind('block.0.rd.bytes')).toBe('bytes')
    expect(counterKind('block.0.rd.times')).toBe('nanoseconds')
    expect(counterKind('net.0.rx.pkts')).toBe('count')
    expect(counterKind('balloon.swap_in')).toBe('kibibytes')
    expect(counterKind('block.0.latency_histogram.read.bin.2.value')).toBe('count')
    expect(counterKind('perf.page_faults')).toBe('count')
  })

  it('are not made of gauges and words', () => {
    for (const name of [
      'state.state',
      'vcpu.0.state',
      'balloon.rss',
      'vcpu.0.exits.cur',
      'block.0.name',
      'net.count',
      'block.0.latency_histogram.read.bin.2.start',
      'block.0.timed_group.0.rd_latency_avg',
      'perf.mbmt',
    ]) {
      expect(counterKind(name)).toBeNull()
    }
  })

  it('are exact beyond what doubles hold', () => {
    const before = { value: '18446744073709551000', at: 0 }
    expect(rateBetween(before, { value: '18446744073709551003', at: 1000 })).toBe(3)
  })

  it('are unknown after a reset, for one and the same sample, and for what is no number', () => {
    expect(rateBetween({ value: '10', at: 0 }, { value: '9', at: 1000 })).toBeNaN()
    expect(rateBetween({ value: '10', at: 0 }, { value: '11', at: 0 })).toBeNaN()
    expect(rateBetween({ value: '10', at: 0 }, { value: 'yes', at: 1000 })).toBeNaN()
  })
})
