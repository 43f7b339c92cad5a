import { describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import { deriveSimHosts, parseSimUri } from '../sim-uri.ts'
import { HOSTILE_NAME_BYTES, HUGE_NAME_BYTES } from './hostile-names.ts'
import { makeHost } from './make-host.ts'
import { SimHost } from './sim-host.ts'

const hosts = (uri: string) => deriveSimHosts(parseSimUri(uri)).map((spec) => makeHost(spec))

describe('hostile names of the simulated fleet', () => {
  it('are on the first host as they are, and nowhere without being asked for', () => {
    const [first, second] = hosts('sim:?hosts=2&domains=80&names=hostile')
    const taken = first!.guests.slice(0, HOSTILE_NAME_BYTES.length).map(({ nameBytes }) => nameBytes)
    expect(taken.map((bytes, i) => Buffer.compare(bytes, HOSTILE_NAME_BYTES[i]!))).toEqual(taken.map(() => 0))
    expect(taken.map(({ length }) => length)).toContain(HUGE_NAME_BYTES)
    const [usual, same] = hosts('sim:?hosts=2&domains=80')
    expect(second!.guests.map(({ name }) => name)).toEqual(same!.guests.map(({ name }) => name))
    expect(usual!.guests.every(({ nameBytes }) => !nameBytes.includes(0))).toBe(true)
  })

  it('change nothing but the name: UUIDs and paths are those of the usual fleet', () => {
    const [hostile] = hosts('sim:?hosts=1&domains=40&names=hostile')
    const [usual] = hosts('sim:?hosts=1&domains=40')
    const facts = (world: typeof usual) =>
      world!.guests.map(({ shape, disks }) => [shape.uuid, disks.map(({ pathWords }) => pathWords)])
    expect(facts(hostile)).toEqual(facts(usual))
  })

  it('may look the same as text, and each domain is still found by its UUID', () => {
    const [world] = hosts('sim:?hosts=1&domains=40&names=hostile')
    const host = new SimHost(world!, systemClock)
    const twins = host.guests.filter(({ name }) => name === 'twin-\ufffd')
    expect(twins).toHaveLength(2)
    for (const twin of twins) expect(host.byUuid(twin.shape.uuid)).toBe(twin)
  })
})
