import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { deriveSimHosts, formatSimUri, parseSimUri } from './sim-uri.ts'

function failureOf(uri: string) {
  try {
    parseSimUri(uri)
  } catch (error) {
    return findDomscopeError(error)
  }
  return null
}

describe('parseSimUri', () => {
  it('gives the default fleet for sim: alone', () => {
    expect(parseSimUri('sim:')).toMatchObject({ hosts: 8, domains: 2000, seed: 1, kvm: 5, churn: true })
  })

  it('lets guests of large estates have 512 vCPUs and those of small ones 128, unless it is told', () => {
    const vcpus = (uri: string) => parseSimUri(uri).vcpus
    expect(vcpus('sim:')).toBe(512)
    expect(vcpus('sim:?domains=1000')).toBe(512)
    expect(vcpus('sim:?domains=999')).toBe(128)
    expect(vcpus('sim:?domains=999&vcpus=512')).toBe(512)
    expect(vcpus('sim:?domains=5000&vcpus=16')).toBe(16)
  })

  it('reads every parameter', () => {
    const uri =
      'sim:?hosts=3&domains=90&seed=7&kvm=50&inactive=10&vcpus=4&freeze=2&slow=250ms&partial=20&churn=off&names=hostile&driver=lxc&speed=60'
    expect(parseSimUri(uri)).toEqual({
      hosts: 3,
      domains: 90,
      seed: 7,
      kvm: 50,
      inactive: 10,
      vcpus: 4,
      freeze: 2,
      slow: 250,
      partial: 20,
      churn: false,
      names: 'hostile',
      driver: 'lxc',
      speed: 60,
    })
  })

  it.each([
    ['sim:?hosts=0', 'hosts', '0'],
    ['sim:?hosts=1.5', 'hosts', '1.5'],
    ['sim:?domains=-1', 'domains', '-1'],
    ['sim:?domains=200001', 'domains', '200001'],
    ['sim:?kvm=101', 'kvm', '101'],
    ['sim:?slow=1s', 'slow', '1s'],
    ['sim:?churn=maybe', 'churn', 'maybe'],
    ['sim:?names=odd', 'names', 'odd'],
    ['sim:?driver=xen', 'driver', 'xen'],
    ['sim:?seed=', 'seed', ''],
    ['sim:?planets=3', 'planets', '3'],
    ['sim:?seed=1&seed=2', 'seed', '2'],
  ])('refuses %s and names parameter and value', (uri, parameter, value) => {
    const error = failureOf(uri)
    expect(error).toMatchObject({ code: 'BAD_SIM_URI', detail: { parameter, value } })
    expect(error?.remedy).toBeTruthy()
  })

  it('names the allowed range', () => {
    expect(failureOf('sim:?vcpus=513')?.detail).toMatchObject({ min: 1, max: 512 })
  })

  it.each(['', 'sim', 'sim://host', 'qemu:///system', 'sim:hosts=1'])('refuses %j as no simulated fleet', (uri) => {
    expect(failureOf(uri)?.code).toBe('BAD_SIM_URI')
  })

  it('reads back what formatSimUri writes', () => {
    const options = parseSimUri('sim:?hosts=3&churn=off&slow=5')
    expect(parseSimUri(formatSimUri(options))).toEqual(options)
  })
})

describe('deriveSimHosts', () => {
  it('shares out exactly the domains asked for, seed 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 0, max: 5000 }), (hosts, domains) => {
        const specs = deriveSimHosts(parseSimUri(`sim:?hosts=${hosts}&domains=${domains}`))
        expect(specs.length).toBe(hosts)
        expect(specs.reduce((sum, spec) => sum + spec.domains, 0)).toBe(domains)
        expect(new Set(specs.map((spec) => spec.name)).size).toBe(hosts)
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  it('names hosts so that they sort by number', () => {
    expect(deriveSimHosts(parseSimUri('sim:?hosts=2')).map((spec) => spec.name)).toEqual(['sim-01', 'sim-02'])
    expect(deriveSimHosts(parseSimUri('sim:?hosts=100'))[0]?.name).toBe('sim-001')
  })
})
