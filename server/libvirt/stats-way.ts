import { STATS_ACTIVE, STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import type { DomainRef } from '../../lib/libvirt/domain-ref.ts'
import type { StatsWay } from '../../lib/libvirt/driver-stats.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import { UUID_BYTES } from '../../lib/libvirt/limits.ts'
import { getAllDomainStats } from '../../lib/libvirt/procedures/bulk-stats.ts'
import { groupBit, StatGroup } from '../../lib/metrics/types.ts'
import type { RpcClient } from './rpc-client.ts'

/** QEMU's driver has had the bulk call since before the oldest libvirt that is spoken to. */
const SURELY_BULK = 'QEMU'

/** A list with a domain that nobody has: libvirt leaves out what it does not know, so the answer is empty. */
const NOBODY: readonly DomainRef[] = [{ name: 'none', uuid: new Uint8Array(UUID_BYTES), id: -1 }]

/** Finds out how a driver gives its statistics. Rejects when the connection is gone or nothing is answered. */
export async function findStatsWay(client: RpcClient, type: string, deadlineMs: number): Promise<StatsWay> {
  if (type === SURELY_BULK) return 'bulk'
  const refusal = await refusalOf(client, STATS_ACTIVE + STATS_NOWAIT, deadlineMs)
  if (refusal === ErrorCode.NoSupport || refusal === ErrorCode.OperationUnsupported) return 'single'
  // Another refusal will come again with the first poll, and be shown there.
  if (refusal !== ErrorCode.InvalidArg) return 'bulk'
  return (await refusalOf(client, STATS_ACTIVE, deadlineMs)) === null ? 'bulk-waiting' : 'bulk'
}

/** libvirt's code; null when the call is answered. */
async function refusalOf(client: RpcClient, flags: number, deadlineMs: number): Promise<number | null> {
  try {
    const groups = groupBit(StatGroup.State)
    await client.call(getAllDomainStats({ groups, flags, domains: NOBODY }), deadlineMs)
    return null
  } catch (error) {
    const code = remoteCode(error)
    if (code === null) throw error
    return code
  }
}
