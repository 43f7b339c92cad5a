import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../server/clock.ts'
import { Fleet } from '../../server/fleet/fleet.ts'
import { Lane } from '../../server/fleet/fleet-writer.ts'
import { HostReplies } from '../workload/host-replies.ts'
import { recordedFields } from '../workload/recorded-fields.ts'
import { serveDomscope } from './serve-domscope.ts'

export interface ReplyServerInput {
  readonly domains: number
}

export interface ReplyServerReady {
  readonly port: number
  /** Answers any request with the stamps so far, a JSON array. */
  readonly stampPort: number
}

const PER_HOST = 2_500
const SECOND_MS = 1000
/** Replies come at any moment of a second, not in step with the frames of a screen. */
const JITTER_MS = 100
/** Making up a reply takes the processor for some time: it is over long before the reply counts as received. */
const PREPARED_MS = 120

/**
 * Serves the pages of a fleet whose hosts answer once a second, one after another, on the clock of the machine; until
 * stdin ends. It stamps each reply of the first host when it is received: before it is decoded.
 */
export async function serveReplies({ domains }: ReplyServerInput): Promise<void> {
  const fleet = new Fleet({ clock: systemClock, simulated: true })
  const fields = recordedFields()
  const count = domains / PER_HOST
  const stamps: number[] = []
  for (let host = 0; host < count; host++) {
    const replies = new HostReplies(fields, { domains: PER_HOST, host, busyShare: 0.3, seed: 100 + host })
    const row = fleet.addHost(`kvm-${host}`, `qemu+ssh://kvm-${host}/system`)
    fleet.hostState(row, 'up', null)
    const receive = (): void => {
      const now = systemClock.now()
      if (host === 0) stamps.push(performance.timeOrigin + now)
      const timing = { sentAt: now - 5, firstByteAt: now, endAt: now, suspect: false }
      const { error } = fleet.ingest(row, Lane.Monitor, replies.words, timing, true)
      if (error !== null) throw error
    }
    receive()
    const prepare = (): void => {
      replies.next()
      setTimeout(receive, PREPARED_MS + Math.random() * JITTER_MS)
    }
    setTimeout(() => setInterval(prepare, SECOND_MS), (host * SECOND_MS) / count)
  }
  const stampServer = createServer((_, response) => response.end(JSON.stringify(stamps)))
  await new Promise<void>((resolve) => stampServer.listen(0, '127.0.0.1', resolve))
  const { port: stampPort } = stampServer.address() as AddressInfo
  const ready: ReplyServerReady = { port: await serveDomscope(fleet), stampPort }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  process.stdin.resume().on('end', () => process.exit(0))
  await new Promise<never>(() => {})
}
