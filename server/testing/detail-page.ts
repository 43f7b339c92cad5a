import { DetailCopy } from '../../lib/sync/detail/detail-copy.ts'
import { readClock } from '../../lib/sync/detail/detail-decode.ts'
import { ServerTime } from '../../lib/sync/detail/server-time.ts'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { ByteWriter } from '../../lib/sync/wire/byte-writer.ts'
import { parseFrame } from '../../lib/sync/wire/frame.ts'
import { FrameType, MessageType } from '../../lib/sync/wire/protocol.ts'
import { systemClock } from '../clock.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { DetailBoard } from '../hub/detail/detail-board.ts'
import { FrameSource } from '../hub/grid/frame-source.ts'
import { HubClient } from '../hub/hub-client.ts'
import { HubCounters } from '../hub/hub-counters.ts'
import { DEFAULT_LIMITS } from '../hub/limits.ts'
import { silentLog } from '../log.ts'

/** A domain of a fleet as a page has it open: everything but socket and browser. */
export interface DetailPage {
  readonly copy: DetailCopy
  close(): void
}

/** Opens a domain; `series` are `raw:` ids. */
export function openDetailPage(fleet: Fleet, host: string, uuid: string, series: readonly string[] = []): DetailPage {
  const clock = systemClock
  const board = new DetailBoard(fleet.samples, (error) => {
    throw error
  })
  const source = new FrameSource(fleet, clock)
  const details = {
    ...{ fleet, samples: fleet.samples, history: null, events: fleet.events, clock, board, feed: null },
    ...{ writer: new ByteWriter(), detailsPerClient: 1, details: 1 },
  }
  const limits = DEFAULT_LIMITS
  const context = { fleet, clock, log: silentLog, limits, source, build: 'test', counters: new HubCounters(), details }
  const copy = new DetailCopy()
  const time = new ServerTime()
  let taken = 0
  const client = new HubClient(context, {
    send(frame) {
      if (frame[0] !== FrameType.Detail) return
      const parsed = parseFrame(new Uint8Array(frame))
      time.note(readClock(parsed), clock.now())
      copy.apply(parsed, time)
      taken++
      setImmediate(() => client.receive(encodeMessage({ type: MessageType.DetailAck, frames: taken })))
    },
    close(code, reason) {
      throw new Error(`closed with ${code}: ${reason}`)
    },
  })
  client.receive(new Replica().openMessage())
  const bytes = Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(uuid.replaceAll('-', '').slice(i * 2, i * 2 + 2), 16),
  )
  const range = { fromAgeMs: 600_000, toAgeMs: null, pixels: 600 }
  client.receive(encodeMessage({ type: MessageType.DetailOpen, request: 1, host, uuid: bytes, series, ...range }))
  const stop = fleet.onCommit(() => {
    source.committed()
    client.committed(false)
  })
  return {
    copy,
    close() {
      stop()
      client.gone()
      board.close()
    },
  }
}
