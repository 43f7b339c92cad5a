import { afterAll, beforeAll, expect, test } from 'vitest'
import { CONNECT_READ_ONLY } from '../../lib/libvirt/constants.ts'
import { authList, connectOpen } from '../../lib/libvirt/procedures/connection.ts'
import { nodeGetFreePages } from '../../lib/libvirt/procedures/node.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { readPageFacts } from '../facts/page-facts.ts'
import type { HostSession } from '../libvirt/host-session.ts'
import { openSession } from '../libvirt/open-session.ts'
import { ReplyBuffers } from '../libvirt/reply-buffers.ts'
import { RpcClient } from '../libvirt/rpc-client.ts'
import { dial } from '../libvirt/transport/registry.ts'
import { silentLog } from '../log.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'

let daemon: RealLibvirtd
let session: HostSession
let onTestDriver: HostSession

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  const options = { clock: systemClock, log: silentLog }
  session = await openSession(parseLibvirtUri(daemon.uri), options)
  onTestDriver = await openSession(
    parseLibvirtUri(daemon.uri.replace('qemu+unix:///system', 'test+unix:///default')),
    options,
  )
})

afterAll(async () => {
  await session?.close()
  await onTestDriver?.close()
  await daemon?.stop()
})

/** A client of our own, so that one procedure can be tried alone. */
async function withClient(work: (client: RpcClient) => Promise<void>): Promise<void> {
  const uri = parseLibvirtUri(daemon.uri)
  const transport = await dial(uri, { clock: systemClock, connectTimeoutMs: 3_000, runtimeDir: null })
  const client = new RpcClient(transport, {
    clock: systemClock,
    log: silentLog,
    buffers: new ReplyBuffers(systemClock),
    onEvent: () => {},
    onBusy: () => {},
  })
  try {
    await client.call(authList, 10_000)
    await client.call(connectOpen('qemu:///system', CONNECT_READ_ONLY), 10_000)
    await work(client)
  } finally {
    client.close()
  }
}

/** Free pages by size and node, as `virsh freepages --all` prints them. */
function printed(text: string): Map<string, number> {
  const free = new Map<string, number>()
  let node = ''
  for (const line of text.split('\n')) {
    node = /^Node (\d+):/.exec(line)?.[1] ?? node
    const [, size, pages] = /^(\d+)KiB: (\d+)/.exec(line) ?? []
    if (size !== undefined) free.set(`${node}/${size}`, Number(pages))
  }
  return free
}

test('counts the huge pages that virsh counts on a real host, also when there are none', async () => {
  const pools = readPageFacts(await daemon.virsh('capabilities'))
  const free = printed(await daemon.virsh('freepages', '--all'))
  expect(pools).not.toBeNull()
  expect(await session.hugePages()).toEqual({
    totalKiB: pools!.reduce((sum, { sizeKiB, pages }) => sum + sizeKiB * pages, 0),
    freeKiB: pools!.reduce((sum, { cell, sizeKiB }) => sum + sizeKiB * free.get(`${cell}/${sizeKiB}`)!, 0),
  })
})

test('reads capabilities of libvirt’s test driver, which reserves no huge pages', async () => {
  expect(await onTestDriver.hugePages()).toEqual({ totalKiB: 0, freeKiB: 0 })
})

test('gets the free pages of a real host node by node, huge ones as virsh has them', async () => {
  await withClient(async (client) => {
    const free = printed(await daemon.virsh('freepages', '--all'))
    const huge = [...free.keys()].map((key) => Number(key.split('/')[1])).filter((size) => size > 64)
    const [ordinary, ...counted] = await client.call(nodeGetFreePages(0, [4, ...new Set(huge)]), 10_000)
    expect(Number(ordinary)).toBeGreaterThan(0)
    expect(counted.map(Number)).toEqual([...new Set(huge)].map((size) => free.get(`0/${size}`)))
  })
})
