import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import { DetailCopy } from '../../../lib/sync/detail/detail-copy.ts'
import { readClock } from '../../../lib/sync/detail/detail-decode.ts'
import { ServerTime } from '../../../lib/sync/detail/server-time.ts'
import { encodeMessage } from '../../../lib/sync/messages/client-messages.ts'
import { parseFrame } from '../../../lib/sync/wire/frame.ts'
import { CloseCode, FrameType, MessageType } from '../../../lib/sync/wire/protocol.ts'
import { DetailClient, DetailWorld, startedWorld, trackOf, uuidBytesOf, uuidOf } from '../testing/detail-world.ts'
import { FakeHistory } from '../testing/fake-history.ts'

const SOAK = Number(process.env.DOMSCOPE_SOAK ?? 1)
const OPEN = { type: MessageType.DetailOpen, request: 1, host: 'kvm-01', uuid: uuidBytesOf(7), pixels: 50 } as const
const SEEDS = [
  encodeMessage({ ...OPEN, fromAgeMs: 60_000, toAgeMs: null, series: ['raw:vcpu.*.halt_exits.sum'] }),
  encodeMessage({ ...OPEN, request: 2, fromAgeMs: 60_000, toAgeMs: 5_000, series: [] }),
  encodeMessage({ type: MessageType.DetailClose, request: 1 }),
  encodeMessage({ type: MessageType.DetailAck, frames: 1 }),
  encodeMessage({ type: MessageType.Events }),
]

/** One of `seeds` with some bytes changed, and perhaps cut. */
function mutant(seeds: readonly Uint8Array[], changes: number): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(1 << 20), fc.nat(255)), { maxLength: changes }),
      fc.option(fc.nat(1 << 20), { freq: 4 }),
    )
    .map(([seed, edits, cut]) => {
      const bytes = new Uint8Array(seed)
      for (const [at, value] of edits) bytes[at % bytes.length] = value
      return cut === null ? bytes : bytes.slice(0, cut % bytes.length)
    })
}

describe('a server that is asked for details of anything', () => {
  it(`[T-F2] [S-9] closes with the right code and serves the others through ${1500 * SOAK} hostile clients`, {
    timeout: 600_000,
  }, () => {
    const world = startedWorld()
    const other = new DetailClient(world)
    const copy = other.open(1)
    const codes = new Map<number | null, number>()
    let seconds = 2
    fc.assert(
      fc.property(fc.array(mutant(SEEDS, 4), { minLength: 1, maxLength: 6 }), (messages) => {
        const hostile = new DetailClient(world)
        for (const message of messages) hostile.send(message)
        codes.set(hostile.closeCode, (codes.get(hostile.closeCode) ?? 0) + 1)
        world.poll(900, seconds++)
        world.commit()
        hostile.gone()
        expect(trackOf(copy, 'vcpu', '0').lastTime).toBeCloseTo(world.clock.now() - 100 + 500_000, 6)
      }),
      { numRuns: 1500 * SOAK, seed: 22 },
    )
    expect([...codes.keys()].sort()).toEqual([CloseCode.Resync, CloseCode.Protocol, null].sort())
    expect(world.board.details).toBe(1)
    expect(world.failures).toEqual([])
  })
})

describe('a page that is sent anything', () => {
  /** DETAIL and EVENT frames as the server makes them. */
  function frames(): Uint8Array[] {
    const history = new FakeHistory(uuidOf(7))
    const world = new DetailWorld(history)
    world.poll(0, 1)
    world.commit()
    history.record('kvm-01', world.clock.now() - 20_000, world.clock.now(), {})
    const client = new DetailClient(world)
    client.keepsFrames = true
    client.open(1, { pixels: 8 })
    client.send(encodeMessage({ type: MessageType.Events }))
    world.poll(900, 2, { vcpus: [0, 2] })
    world.commit()
    return client.kept
  }

  /** Takes frames as a page does; what it throws must be told by its code. */
  function take(bytes: Uint8Array, copy: DetailCopy): string {
    try {
      const frame = parseFrame(bytes)
      const time = new ServerTime()
      time.note(readClock(frame), 0)
      copy.apply(frame, time)
      return 'taken'
    } catch (error) {
      const code = findDomscopeError(error)?.code
      if (code === undefined) throw error
      return code
    }
  }

  it('[T-F3] [SY50] refuses a frame that is cut anywhere', () => {
    for (const frame of frames()) {
      for (let length = 0; length < frame.length; length++) {
        expect(take(frame.slice(0, length), new DetailCopy())).toBe('SYNC_MALFORMED_FRAME')
      }
    }
  })

  it(`[T-F3] [SY51] stays sound and small under ${4000 * SOAK} mutants`, { timeout: 600_000 }, () => {
    const seeds = frames()
    expect(seeds.some((bytes) => bytes[0] === FrameType.Event)).toBe(true)
    const outcomes = new Map<string, number>()
    const copy = new DetailCopy()
    fc.assert(
      fc.property(mutant(seeds, 6), (bytes) => {
        const outcome = take(bytes, copy)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        for (const track of copy.tracks) {
          const times = track.times.subarray(0, track.count)
          expect(times.every((at, i) => i === 0 || at > times[i - 1]!)).toBe(true)
        }
        expect(copy.tracks.length).toBeLessThan(2000)
        if (copy.tracks.some((track) => track.count > 500) || copy.tracks.length > 100) copy.begin(false)
      }),
      { numRuns: 4000 * SOAK, seed: 23 },
    )
    expect([...outcomes.keys()].sort()).toEqual(['SYNC_MALFORMED_FRAME', 'taken'])
    expect(outcomes.get('taken')).toBeGreaterThan(200)
  })
})
