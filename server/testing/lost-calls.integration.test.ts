import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Procedure } from '../../lib/libvirt/constants.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { openSession } from '../libvirt/open-session.ts'
import { silentLog } from '../log.ts'
import { type LosingProxy, startLosingProxy } from './losing-proxy.ts'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const LONG = { timeoutMs: 110_000, everyMs: 100 }
let daemon: RealLibvirtd
let proxy: LosingProxy
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  for (const name of ['one', 'two']) await daemon.add(plan(name, { kvm: false, nics: 0 }))
  proxy = await startLosingProxy(path.join(daemon.folder, 'proxy-sock-ro'), daemon.readOnlySocket)
})

afterAll(async () => {
  await watched?.stop()
  await proxy?.stop()
  await daemon?.stop()
})

const status = () => watched.fleet.hostStatuses()[0]!
const is = (state: string) => () => (status().state === state ? true : undefined)
const kinds = () => watched.fleet.events.recent(50).map(({ kind }) => kind)
const stopped = async (name: string) => {
  const pid = await daemon.guestPid(name)
  process.kill(pid, 'SIGSTOP')
  return () => process.kill(pid, 'SIGCONT')
}

test('[V-6] replies that get lost on the way: the host goes on with a fresh connection, and its rows are the same ones', async () => {
  watched = watchHost(proxy.uri)
  const uuid = await daemon.uuidOf('one')
  const row = await until('the row', () => watched.fleet.rowsOf(uuid)[0])
  await until('figures', () => (status().monitorPollMs !== null && status().state === 'up' ? true : undefined))
  proxy.lose(Procedure.GetAllDomainStats, 1_000)
  await until('the host to be busy', is('busy'), LONG)
  expect(status().error?.remedy).toContain('fresh connection')
  await until('the event', () => (kinds().includes('connection-renewed') ? true : undefined), LONG)
  await until('the old connection to be closed', () => (proxy.connections === 1 ? true : undefined), LONG)
  const { lost } = proxy
  await until(
    'figures again',
    () => ((status().ageMs ?? 9e9) < 2000 && status().state === 'up' ? true : undefined),
    LONG,
  )
  expect(proxy.lost).toBe(lost)
  expect([watched.fleet.rowsOf(uuid), status().error, kinds().includes('host-unreachable')]).toEqual([
    [row],
    null,
    false,
  ])
  expect(status().reconnects).toBe(1)
})

test('[V-6] two guests whose QEMU is stopped do not keep the host busy, and nothing of them is left when they go on', async () => {
  const go = [await stopped('one'), await stopped('two')]
  try {
    await until('a lost call', is('busy'), LONG)
    await until('the host to be up all the same', is('up'), LONG)
  } finally {
    for (const thaw of go) thaw()
  }
  await until(
    'nothing to be partial',
    () => (status().partial === 0 && status().state === 'up' ? true : undefined),
    LONG,
  )
})

test('one daemon process counts its registrations for events on, and a new one begins anew', async () => {
  const open = () => openSession(parseLibvirtUri(daemon.uri), { clock: systemClock, log: silentLog })
  const first = await open()
  const second = await open()
  expect(second.callbacks![0]).toBeGreaterThan(first.callbacks![1])
  await Promise.all([first.close(), second.close()])
  await watched.stop()
  await daemon.killDaemon()
  await daemon.startDaemon()
  const third = await open()
  expect(third.callbacks![0]).toBeLessThan(second.callbacks![0])
  await third.close()
})
