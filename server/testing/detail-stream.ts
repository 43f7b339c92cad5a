import WebSocket from 'ws'
import { KEY_WORDS } from '../../lib/columns/code-table.ts'
import { DetailCopy } from '../../lib/sync/detail/detail-copy.ts'
import { readClock } from '../../lib/sync/detail/detail-decode.ts'
import { type DetailFacts, type EventFact, parseEvents } from '../../lib/sync/detail/detail-json.ts'
import { ServerTime } from '../../lib/sync/detail/server-time.ts'
import { readJsonText } from '../../lib/sync/grid/decode.ts'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { type Frame, parseFrame } from '../../lib/sync/wire/frame.ts'
import { FrameType, MessageType, SectionType, SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'

/** A row of the grid. */
export interface GridRow {
  readonly host: string
  readonly state: string | null
  readonly job: string | null
}

/** A domain of a running Domscope as a page has it open, over a real connection. */
export interface DetailStream {
  readonly copy: DetailCopy
  /** Every FACTS that came, in their order. */
  readonly told: readonly DetailFacts[]
  /** Events of the fleet since it was opened. */
  readonly events: readonly EventFact[]
  /** Each way that the grid looked since then, as its rows were sent: see {@link GridRow}. */
  readonly grids: readonly (readonly GridRow[])[]
  /** What went wrong, if anything did. */
  readonly failure: Error | null
  close(): void
}

/** Opens a domain of the host that is asked for; `origin` as of the server. */
export function openDetailStream(origin: string, host: string, uuid: string): DetailStream {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/stream`, SUBPROTOCOL, { origin })
  const replica = new Replica()
  replica.want(['state', 'jobKind'], ['state'])
  const copy = new DetailCopy()
  const time = new ServerTime()
  const told: DetailFacts[] = []
  const events: EventFact[] = []
  const grids: GridRow[][] = []
  let failure: Error | null = null
  let taken = 0
  let mappedBy = Number.NaN
  let closing = false
  const fail = (error: Error) => {
    failure ??= error
    socket.terminate()
  }
  const take = (bytes: Uint8Array<ArrayBuffer>) => {
    if (bytes[0] !== FrameType.Detail && bytes[0] !== FrameType.Event) {
      const received = replica.receive(bytes, performance.now())
      if (received.kind !== 'applied') return
      socket.send(received.ack)
      const grid = gridOf(replica)
      if (replica.ready && JSON.stringify(grid) !== JSON.stringify(grids.at(-1))) grids.push(grid)
      return
    }
    const frame = parseFrame(bytes)
    time.note(readClock(frame), performance.now())
    // As the page does: what a busy test took late would lie seconds off.
    if (Number.isFinite(mappedBy)) copy.shift(time.offsetMs - mappedBy)
    mappedBy = time.offsetMs
    if (bytes[0] === FrameType.Event) events.push(...eventsOf(frame))
    else if (copy.apply(frame, time).facts && copy.facts !== null) told.push(copy.facts)
    socket.send(encodeMessage({ type: MessageType.DetailAck, frames: ++taken }))
  }
  socket.on('error', fail)
  socket.on('close', (code) => {
    if (!closing) failure ??= new Error(`the stream was closed with ${code}`)
  })
  socket.on('open', () => {
    socket.send(replica.openMessage())
    socket.send(encodeMessage({ type: MessageType.Events }))
    const bytes = Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'))
    const range = { fromAgeMs: 600_000, toAgeMs: null, pixels: 600 }
    socket.send(encodeMessage({ type: MessageType.DetailOpen, request: 1, host, uuid: bytes, series: [], ...range }))
  })
  socket.on('message', (data: Buffer) => {
    try {
      take(new Uint8Array(data))
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  })
  return {
    copy,
    told,
    events,
    grids,
    get failure() {
      return failure
    },
    close() {
      closing = true
      socket.close()
    },
  }
}

function eventsOf(frame: Frame): readonly EventFact[] {
  const found = frame.sections.filter(({ type }) => type === SectionType.Events)
  return found.flatMap((section) => parseEvents(readJsonText(frame, section)).events)
}

function gridOf({ domains, hosts }: Replica): GridRow[] {
  const grid: GridRow[] = []
  const word = (id: string, row: number) => {
    const column = domains.column(id)
    return column === null ? null : (domains.dictionaries.get(column.number)?.word(column.codes[row]!) ?? null)
  }
  for (let row = 0; row < domains.rowLimit; row++) {
    if (!domains.isAlive(row)) continue
    const host = hosts.text('name')?.get(domains.keys[row * KEY_WORDS]!) ?? ''
    grid.push({ host, state: word('state', row), job: word('jobKind', row) })
  }
  return grid.sort((a, b) => (a.host < b.host ? -1 : 1))
}
