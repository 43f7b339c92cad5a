import WebSocket from 'ws'
import { ACTIVE_READINGS, type Age, ageOfReadings, INACTIVE_READINGS } from '../../lib/query/freshness.ts'
import { findDomainRow, hostRowOf } from '../../lib/query/row-uuid.ts'
import { type Received, Replica } from '../../lib/sync/grid/replica.ts'
import { SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'

/** The grid's stream of a running Domscope, over a real connection, as a page has it. */
export interface GridStream {
  readonly replica: Replica
  /** Age of a domain's row now, as a page reckons it; null while the row is not there. */
  ageOf(host: string, uuid: string, active: boolean): Age | null
  /** What went wrong, if anything did. */
  readonly failure: Error | null
  close(): void
}

/** Subscribes to the grid; `origin` as of the server. */
export function openGridStream(origin: string): GridStream {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/stream`, SUBPROTOCOL, { origin })
  const replica = new Replica()
  replica.want(['state'], [])
  let failure: Error | null = null
  const take = (bytes: Uint8Array): Received => replica.receive(bytes, performance.now())
  socket.on('open', () => socket.send(replica.openMessage()))
  socket.on('error', (error) => {
    failure ??= error
  })
  socket.on('message', (message: Buffer) => {
    try {
      const received = take(new Uint8Array(message))
      if (received.kind === 'applied') socket.send(received.ack)
    } catch (error) {
      failure ??= error as Error
      socket.terminate()
    }
  })
  return {
    replica,
    ageOf(host, uuid, active) {
      const row = findDomainRow(replica.domains, replica.hosts, host, uuid)
      const samples = row < 0 ? undefined : replica.freshness[hostRowOf(replica.domains, row)]
      if (samples === undefined) return null
      const own = replica.exceptions.get(row)?.sampledAt ?? null
      return ageOfReadings(samples, own, active ? ACTIVE_READINGS : INACTIVE_READINGS, performance.now())
    },
    get failure() {
      return failure
    },
    close: () => socket.terminate(),
  }
}
