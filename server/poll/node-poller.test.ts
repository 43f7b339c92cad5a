import { expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { FleetWriter } from '../fleet/fleet-writer.ts'
import type { HostSession } from '../libvirt/host-session.ts'
import { silentLog } from '../log.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { NodePoller } from './node-poller.ts'
import { OrphanBudget } from './orphan-budget.ts'

const refused = () => Promise.reject(new DomscopeError('RPC_REMOTE', 'internal error', { radius: 'reply' }))
const lost = () => Promise.reject(new DomscopeError('CONNECTION_LOST', 'gone', { radius: 'connection' }))

/** One round of questions to a session that answers as told; what the fleet hears of it. */
async function round(answers: Partial<HostSession>): Promise<unknown[]> {
  const heard: unknown[] = []
  const fleet = {
    nodeCpu: () => heard.push('cpu'),
    nodeMemory: (_host: number, stats: ReadonlyMap<string, bigint> | null) => heard.push(stats),
    hugePages: () => heard.push('pages'),
  } as Partial<FleetWriter> as FleetWriter
  const none = async () => null
  const session = { nodeCpuStats: none, nodeMemoryStats: none, hugePages: none, ...answers } as HostSession
  new NodePoller({
    host: 0,
    session,
    fleet,
    clock: new ManualClock(),
    log: silentLog,
    orphans: new OrphanBudget(),
  }).poll()
  await new Promise((resolve) => setImmediate(resolve))
  return heard
}

const MEMORY = new Map([['total', 1n]])

test('a host that refuses to tell of its CPUs is asked for its memory all the same', async () => {
  expect(await round({ nodeCpuStats: refused, nodeMemoryStats: async () => MEMORY })).toEqual([MEMORY])
})

test('a host that has no memory statistics, or refuses them, is said to have none [RA53]', async () => {
  expect(await round({})).toEqual([null])
  expect(await round({ nodeMemoryStats: refused })).toEqual([null])
})

test('a connection that is lost says nothing of the host', async () => {
  expect(await round({ nodeMemoryStats: lost })).toEqual([])
})
