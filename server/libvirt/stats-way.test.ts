import { afterEach, expect, test } from 'vitest'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { ByteBuilder } from '../../lib/xdr/testing/byte-builder.ts'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { errorBody, readStatsArgs, statsBody } from '../testing/daemon-messages.ts'
import { type Answer, FakeDaemon } from '../testing/fake-daemon.ts'
import type { HostSession } from './host-session.ts'
import { openSession } from './open-session.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** Opens a session with a daemon of a driver type that answers bulk calls as `bulk` says, by their flags. */
async function open(type: string, bulk: (flags: number) => Answer) {
  const daemon = await new FakeDaemon().start()
  undo.push(() => daemon.stop())
  daemon.handlers.set(3, () => ({ body: new ByteBuilder().opaque(Buffer.from(type)).build() }))
  daemon.handlers.set(344, (call) => bulk(readStatsArgs(call).flags))
  const session: HostSession = await openSession(parseLibvirtUri(daemon.uri), { clock: systemClock, log: silentLog })
  undo.push(() => session.close())
  return { daemon, session }
}

const ok: Answer = { body: statsBody([]) }
const refuse = (code: number): Answer => ({ error: errorBody(code, 20, 'no') })
const NOWAIT = 2 ** 29

test('QEMU has bulk statistics: nothing is asked', async () => {
  const { daemon, session } = await open('QEMU', () => ok)
  expect([session.facts.stats, session.facts.missing, daemon.bulkCalls]).toEqual(['bulk', [], []])
})

test('a driver that refuses them is polled by single calls, and says so', async () => {
  const { daemon, session } = await open('Xen', () => refuse(3))
  expect([session.facts.stats, daemon.bulkCalls.map(({ names }) => names)]).toEqual(['single', [['none']]])
  expect(session.facts.missing.join()).toMatch(/^disk, network and vCPU statistics: the Xen driver/)
  await session.bulkStats({ groups: 1, flags: 1 + NOWAIT }, 1000)
  expect(daemon.seen.filter((procedure) => procedure === 344)).toHaveLength(1)
})

test('a driver that refuses NOWAIT is asked without it', async () => {
  const { daemon, session } = await open('vz', (flags) => (flags >= NOWAIT ? refuse(8) : ok))
  expect(session.facts.stats).toBe('bulk-waiting')
  await session.bulkStats({ groups: 1, flags: 1 + NOWAIT }, 1000)
  expect(daemon.bulkCalls.map(({ flags }) => flags)).toEqual([1 + NOWAIT, 1, 1])
})

test('the test driver answers states only, which is said and no fault', async () => {
  const { session } = await open('TEST', () => ok)
  expect(session.facts.stats).toBe('bulk')
  expect(session.facts.missing.join()).toContain('the test driver of libvirt gives states only')
})

test('another refusal is left to the polls, which show it', async () => {
  const { session } = await open('CH', () => refuse(88))
  expect([session.facts.stats, session.facts.missing]).toEqual(['bulk', []])
  const { session: second } = await open('CH', () => refuse(8))
  expect(second.facts.stats).toBe('bulk')
})
