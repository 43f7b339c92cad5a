import { describe, expect, it } from 'vitest'
import { Lifecycle } from '../../../lib/libvirt/words.ts'
import { parseEvents, parseTracks } from '../../../lib/sync/detail/detail-json.ts'
import { readJsonText } from '../../../lib/sync/grid/decode.ts'
import { encodeMessage } from '../../../lib/sync/messages/client-messages.ts'
import { parseFrame } from '../../../lib/sync/wire/frame.ts'
import { CloseCode, MessageType, SectionType } from '../../../lib/sync/wire/protocol.ts'
import {
  DetailClient,
  DetailWorld,
  domainRef,
  PAGE_AHEAD_MS,
  startedWorld,
  trackOf,
  uuidOf,
} from '../testing/detail-world.ts'
import { FakeHistory } from '../testing/fake-history.ts'

describe('events', () => {
  const textsOf = (client: DetailClient) =>
    client.eventFrames.map((frame) => {
      const section = frame.sections.find(({ type }) => type === SectionType.Events)!
      return parseEvents(readJsonText(frame, section)).events.map(({ uuid, kind }) => `${kind} ${uuid.slice(-2)}`)
    })

  it('[DT6] [DT17] [DT32] go to who asked, past ones first, together within 100 ms', () => {
    const world = startedWorld()
    const suspend = (last: number) =>
      world.fleet.event(world.hosts[0]!, {
        kind: 'lifecycle',
        domain: domainRef(last, 3),
        event: Lifecycle.Suspended,
        detail: 0,
      })
    suspend(7)
    const [client, silent] = [new DetailClient(world), new DetailClient(world)]
    client.send(encodeMessage({ type: MessageType.Events }))
    expect(textsOf(client)).toEqual([['suspended 07']])
    expect(client.eventFrames[0]!.flags).toBe(1)
    world.clock.advance(2000)
    for (const last of [8, 9]) suspend(last)
    expect(client.eventFrames).toHaveLength(1)
    world.clock.advance(100)
    expect(textsOf(client).slice(1)).toEqual([['suspended 08', 'suspended 09']])
    expect(silent.eventFrames).toEqual([])
  })

  it('[DT17] of a domain come with its detail', () => {
    const world = startedWorld()
    world.fleet.event(world.hosts[0]!, { kind: 'reboot', domain: domainRef(7, 3) })
    const at = world.clock.now() + PAGE_AHEAD_MS
    const copy = new DetailClient(world).open(1)
    expect(copy.events).toMatchObject([{ at, kind: 'reboot', uuid: uuidOf(7) }])
  })

  it('[DT33] wait while a client paused, and come when it goes on', () => {
    const world = startedWorld()
    const client = new DetailClient(world)
    client.send(encodeMessage({ type: MessageType.Events }))
    client.send(encodeMessage({ type: MessageType.Pause }))
    world.fleet.event(world.hosts[0]!, { kind: 'reboot', domain: domainRef(7, 3) })
    world.clock.advance(1000)
    expect(textsOf(client).flat()).toEqual([])
    client.send(encodeMessage({ type: MessageType.Resume }))
    expect(textsOf(client).flat()).toEqual(['reboot 07'])
  })

  it('[DT32] that a slow client cannot take are counted and not queued', () => {
    const world = startedWorld()
    const client = new DetailClient(world)
    client.acknowledges = false
    client.send(encodeMessage({ type: MessageType.Events }))
    for (let i = 0; i < 1500; i++) {
      world.fleet.event(world.hosts[0]!, { kind: 'device-added', domain: domainRef(i % 200, 3), device: `net${i}` })
      if (i % 100 === 0) world.clock.advance(200)
    }
    world.clock.advance(200)
    expect(client.eventFrames.length).toBeLessThanOrEqual(4)
    client.acknowledges = true
    client.acknowledgeNow()
    world.clock.advance(1000)
    const told = client.eventFrames.map((frame) => parseEvents(readJsonText(frame, frame.sections[1]!)))
    expect(told.reduce((sum, { dropped, events }) => sum + dropped + events.length, 0)).toBe(1500)
    expect(told.some(({ dropped }) => dropped > 500)).toBe(true)
  })
})

describe('details', () => {
  it('[SY11] [DT18] are as many as the greeting says', () => {
    const { greeting } = new DetailClient(new DetailWorld(null, { detailsPerClient: 2 }))
    const frame = parseFrame(greeting!)
    const { limits } = JSON.parse(readJsonText(frame, frame.sections[0]!)) as { limits: Record<string, number> }
    expect(limits.detailsPerClient).toBe(2)
  })

  it('[DT18] are refused beyond the limit of a client and of the server', () => {
    const world = new DetailWorld(null, { detailsPerClient: 2, details: 3 })
    world.poll(0, 1)
    world.commit()
    const [one, other] = [new DetailClient(world), new DetailClient(world)]
    for (const request of [1, 2, 3]) one.open(request)
    expect(one.changes.at(-1)!.refused).toMatch(/too many/i)
    other.open(1)
    other.open(2)
    expect(other.changes.at(-1)!.refused).toMatch(/too many/i)
    one.close(1)
    other.open(3)
    expect(other.copies.get(3)!.facts?.name).toBe('vm-7')
  })

  it('[DT5] are given up when the client acknowledges what was not sent', () => {
    const client = new DetailClient(startedWorld())
    client.send(encodeMessage({ type: MessageType.DetailAck, frames: 5 }))
    expect(client.closeCode).toBe(CloseCode.Resync)
  })

  it('[DT2] may not repeat a number that is open', () => {
    const client = new DetailClient(startedWorld())
    client.open(1)
    client.ask(1)
    expect(client.closeCode).toBe(CloseCode.Protocol)
  })

  it('[DT4] leave nothing behind: 200 opened and closed, some by losing the connection', () => {
    const world = startedWorld()
    const watched = () => world.fleet.watchedDomains(world.hosts[0]!).length
    for (let i = 0; i < 20; i++) {
      const client = new DetailClient(world)
      for (let request = 0; request < 10; request++) client.open(request)
      expect([world.board.details, world.board.domains, watched()]).toEqual([10, 1, 1])
      world.poll(900, 2 + i)
      world.commit()
      if (i % 2 === 0) for (let request = 0; request < 10; request++) client.close(request)
      client.gone()
      expect([world.board.details, world.board.domains, watched()]).toEqual([0, 0, 0])
    }
    expect(world.failures).toEqual([])
  })

  it('leave nothing behind when the past cannot be read, and cost that connection only', () => {
    const history = new FakeHistory(uuidOf(7))
    history.resets = () => {
      throw new Error('a page is broken')
    }
    history.record('kvm-01', 90_000, 100_000, {})
    const world = new DetailWorld(history)
    world.poll(0, 1)
    world.commit()
    const [broken, other] = [new DetailClient(world), new DetailClient(world)]
    broken.open(1)
    expect([broken.closeCode, other.closeCode]).toEqual([CloseCode.Resync, null])
    expect([world.board.domains, world.board.details]).toEqual([0, 0])
    expect(world.fleet.watchedDomains(world.hosts[0]!)).toEqual([])
  })

  it('that fail over a sample are told in the log, and the poll that brought it goes on', () => {
    const world = startedWorld()
    new DetailClient(world).open(1)
    world.fleet.samples.domain = () => {
      throw new Error('a mistake of ours')
    }
    expect(() => world.poll(900, 2)).not.toThrow()
    expect(world.failures).toEqual(['Error: a mistake of ours'])
  })

  it('[DT13] name all vCPUs of a large domain, at most 256 tracks in one section', () => {
    const world = new DetailWorld()
    const vcpus = Array.from({ length: 400 }, (_, i) => i)
    world.poll(0, 1, { vcpus })
    world.commit()
    const client = new DetailClient(world)
    client.keepsFrames = true
    const copy = client.open(1)
    world.commit()
    const sections = client.kept.flatMap((bytes) => {
      const frame = parseFrame(bytes)
      const tracks = frame.sections.filter(({ type }) => type === SectionType.Tracks)
      return tracks.map((section) => parseTracks(readJsonText(frame, section)).tracks.length)
    })
    expect(sections.length).toBeGreaterThan(1)
    expect(Math.max(...sections)).toBe(256)
    expect(copy.tracks.filter(({ entity }) => entity === 'vcpu')).toHaveLength(400)
  })

  it('of one domain share one set of samples', () => {
    const world = startedWorld()
    const clients = Array.from({ length: 5 }, () => new DetailClient(world))
    const copies = clients.map((client) => client.open(1))
    world.poll(900, 2)
    world.commit()
    expect(copies.map((copy) => trackOf(copy, 'vcpu', '0').count)).toEqual([1, 1, 1, 1, 1])
    expect(world.board.domains).toBe(1)
  })
})
