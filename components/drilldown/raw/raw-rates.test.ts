import { describe, expect, it } from 'vitest'
import { RawRates } from './raw-rates.ts'

const one = (name: string, value: string, ageMs = 0) => ({ name, type: 'ullong', value, ageMs })

describe('rates in the raw table', () => {
  it('are made between two samples, at the time that lies between them', () => {
    const rates = new RawRates()
    rates.read([one('net.0.rx.bytes', '1000', 500)], 10_000)
    expect(rates.textOf('net.0.rx.bytes')).toBe('–')
    // 2 s between the answers, but the second sample is 1 s younger.
    rates.read([one('net.0.rx.bytes', '4072', 0)], 11_000)
    expect(rates.textOf('net.0.rx.bytes')).toBe('2.0 KiB/s')
  })

  it('stay while the sample is the same', () => {
    const rates = new RawRates()
    rates.read([one('vcpu.0.time', '0')], 0)
    rates.read([one('vcpu.0.time', '500000000')], 1000)
    rates.read([one('vcpu.0.time', '500000000', 900)], 1900)
    expect(rates.textOf('vcpu.0.time')).toBe('50.0 %')
  })

  it('are a dash after a reset, and nothing for what does not count', () => {
    const rates = new RawRates()
    rates.read([one('block.0.rd.reqs', '100'), one('balloon.rss', '5')], 0)
    rates.read([one('block.0.rd.reqs', '3'), one('balloon.rss', '6')], 1000)
    expect(rates.textOf('block.0.rd.reqs')).toBe('–')
    expect(rates.textOf('balloon.rss')).toBe('')
    rates.read([], 2000)
    expect(rates.textOf('block.0.rd.reqs')).toBe('')
  })
})
