import { describe, expect, it } from 'vitest'
import type { RawParameter } from '../domain-answer.ts'
import { emptyReason, lacksOf, NOTHING_KNOWN } from './empty-reasons.ts'

function record(values: Readonly<Record<string, string>>): readonly RawParameter[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, type: 'ullong', ageMs: 0 }))
}

describe('what a domain lacks', () => {
  it('is read from the record that came: no delay, no KVM counters, a guest that never told', () => {
    const old = record({ 'vcpu.0.state': '1', 'vcpu.0.time': '5', 'balloon.last-update': '0' })
    expect(lacksOf(old)).toEqual(['delay', 'kvm', 'balloon'])
  })

  it('is nothing where everything is sent', () => {
    const whole = {
      'vcpu.3.time': '5',
      'vcpu.3.delay': '0',
      'vcpu.3.exits.sum': '7',
      'balloon.last-update': '1700000000',
    }
    expect(lacksOf(record(whole))).toEqual([])
  })

  it('is not claimed of domains that are shut off or answered in part', () => {
    expect(lacksOf([])).toEqual([])
    expect(lacksOf(record({ 'state.state': '5', 'balloon.current': '1024' }))).toEqual([])
  })
})

describe('the reason for an empty chart', () => {
  it('is one thread for all vCPUs where the server found that, for what is of vCPUs [RA19]', () => {
    const lacks = lacksOf(record({ 'vcpu.current': '2' }), { vcpuPercent: 'one thread', cpuPercent: 'process time' })
    expect(lacks).toEqual(['threads'])
    expect(emptyReason('delay', lacks, undefined)).toContain('all vCPUs in one thread')
    expect(emptyReason('kvm', lacks, undefined)).toContain('all vCPUs in one thread')
    expect(emptyReason('balloon', lacks, undefined)).toBe(NOTHING_KNOWN)
  })

  it('is what is lacking, else what emptiness means there, else that nothing is known', () => {
    expect(emptyReason('kvm', ['delay', 'kvm'], undefined)).toContain('no KVM counters')
    expect(emptyReason('kvm', ['delay'], 'quiet')).toBe('quiet')
    expect(emptyReason(undefined, ['delay'], 'no request finished')).toBe('no request finished')
    expect(emptyReason('balloon', [], undefined)).toBe(NOTHING_KNOWN)
  })
})
