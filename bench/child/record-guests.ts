import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { STATS_ACTIVE, STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../../server/clock.ts'
import { LANE_GROUPS, Lane } from '../../server/fleet/fleet-writer.ts'
import { openSession } from '../../server/libvirt/open-session.ts'
import { silentLog } from '../../server/log.ts'
import { STANDARD_GUESTS } from '../../server/testing/real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from '../../server/testing/real/real-libvirtd.ts'
import { runTool } from '../../server/testing/subprocess.ts'
import { packReplies, type RecordedReply } from '../workload/recording.ts'

export interface RecordGuestsInput {
  readonly file: string
  readonly seconds: number
}

/** Guests of different kinds under load, idle and paused. */
const NAMES = ['web-01', 'web-02', 'db-01', 'k8s-node-01', 'paused-01', 'cache-01', 'lonely-01']

/**
 * Records what a real libvirtd says of real guests, once a second: the fixture of the row *history*.
 *
 * @remarks Guests run at the lowest priority, so that whoever else uses the machine is disturbed little and shows as
 * steal. Run by hand: `node .cache/bench.mjs child record-guests '{"file": "…", "seconds": 180}'`.
 */
export async function recordGuests({ file, seconds }: RecordGuestsInput) {
  const guests = STANDARD_GUESTS.filter(({ name }) => NAMES.includes(name))
  const daemon = await startRealLibvirtdWith(guests)
  try {
    for (const name of NAMES) await runTool('renice', ['-n', '19', '-p', String(await daemon.guestPid(name))])
    const replies = await poll(daemon, seconds)
    const packed = packReplies(replies)
    writeFileSync(file, packed)
    return { replies: replies.length, bytes: packed.length }
  } finally {
    await daemon.stop()
  }
}

async function poll(daemon: RealLibvirtd, seconds: number): Promise<RecordedReply[]> {
  const session = await openSession(parseLibvirtUri(daemon.uri), { clock: systemClock, log: silentLog })
  const replies: RecordedReply[] = []
  const began = systemClock.now()
  const disturbances: Promise<unknown>[] = []
  for (let second = 0; second < seconds; second++) {
    await sleep(Math.max(began + second * 1000 - systemClock.now(), 0))
    disturbances.push(disturb(daemon, second))
    for (const lane of [Lane.Fast, Lane.Monitor]) {
      // Only active domains, as the pollers ask.
      const request = { groups: LANE_GROUPS[lane], flags: STATS_NOWAIT | STATS_ACTIVE }
      const { sentAt, firstByteAt, words } = await session.bulkStats(request, 30_000)
      replies.push({ lane, sentAt, firstByteAt, words: Uint32Array.from(words) })
    }
  }
  await Promise.allSettled(disturbances)
  await session.close()
  return replies
}

/** What happens to the guests in a second: packets as a rule, now and then a restart, a pause, another vCPU. */
async function disturb(daemon: RealLibvirtd, second: number): Promise<void> {
  if (second % 3 !== 0) await daemon.sendToBridge(3 + ((second * 7) % 20))
  if (second === 60) await daemon.virsh('setvcpus', 'k8s-node-01', '4')
  if (second === 80) await daemon.virsh('suspend', 'db-01')
  if (second === 90) await daemon.virsh('resume', 'db-01')
  if (second === 110) await daemon.virsh('destroy', 'cache-01')
  if (second === 115) await daemon.virsh('start', 'cache-01')
}
