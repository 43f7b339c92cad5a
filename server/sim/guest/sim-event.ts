import { ParamType } from '../../../lib/libvirt/constants.ts'
import { EventId } from '../../../lib/libvirt/events.ts'
import { XdrWriter } from '../../../lib/xdr/xdr-writer.ts'
import type { Guest } from './guest.ts'

/** Lifecycle events with their details, as libvirt numbers them. */
export const Lifecycle = {
  Added: [0, 0],
  Renamed: [0, 2],
  Removed: [1, 0],
  RemovedByRename: [1, 1],
  Booted: [2, 0],
  Suspended: [3, 0],
  Unpaused: [4, 0],
  StoppedByGuest: [5, 0],
  Destroyed: [5, 1],
  Failed: [5, 5],
  ShutdownByGuest: [6, 1],
  ShutdownByHost: [6, 2],
} as const satisfies Record<string, readonly [event: number, detail: number]>

/** Message procedure of each event id that a client may register for. */
export const EVENT_PROCEDURES: ReadonlyMap<number, number> = new Map([
  [0, 318],
  [1, 319],
  [2, 320],
  [3, 321],
  [4, 322],
  [5, 323],
  [6, 324],
  [7, 325],
  [8, 326],
  [9, 327],
  [10, 328],
  [11, 329],
  [12, 330],
  [13, 331],
  [14, 332],
  [15, 333],
  [16, 339],
  [17, 346],
  [18, 348],
  [19, 354],
  [20, 359],
  [21, 363],
  [22, 367],
  [23, 379],
  [24, 385],
  [25, 423],
  [26, 438],
])

/** Something that happened to a domain, ready for the wire: only the callback id is missing. */
export interface SimEvent {
  readonly eventId: EventId
  readonly uuid: Uint8Array
  /** XDR after the callback id: domain and details. */
  readonly tail: Uint8Array
}

export function lifecycleEvent(guest: Guest, [event, detail]: readonly [number, number]): SimEvent {
  return simEvent(guest, EventId.Lifecycle, (writer) => writer.i32(event).i32(detail))
}

export function deviceEvent(guest: Guest, added: boolean, alias: string): SimEvent {
  return simEvent(guest, added ? EventId.DeviceAdded : EventId.DeviceRemoved, (writer) => writer.string(alias))
}

export function balloonEvent(guest: Guest): SimEvent {
  return simEvent(guest, EventId.BalloonChange, (writer) => writer.u64(BigInt(guest.memoryKiB)))
}

/** A changed title: metadata of type 1. */
export function titleEvent(guest: Guest): SimEvent {
  return simEvent(guest, EventId.MetadataChange, (writer) => writer.i32(1).u32(0))
}

const BLOCK_COPY = 2
const BLOCK_JOB_STATUS = { completed: 0, ready: 3 } as const

export function blockJobEvent(guest: Guest, disk: string, status: keyof typeof BLOCK_JOB_STATUS): SimEvent {
  return simEvent(guest, EventId.BlockJob2, (writer) =>
    writer.string(disk).i32(BLOCK_COPY).i32(BLOCK_JOB_STATUS[status]),
  )
}

const DUMP = 8

export function jobCompletedEvent(guest: Guest, seconds: number): SimEvent {
  return simEvent(guest, EventId.JobCompleted, (writer) =>
    writeParams(writer, [
      ['operation', 'int', DUMP],
      ['time_elapsed', 'ullong', seconds * 1000],
    ]),
  )
}

/** Typed parameters outside of bulk statistics. */
export function writeParams(
  writer: XdrWriter,
  params: readonly (readonly [field: string, type: 'int' | 'ullong', value: number])[],
): void {
  writer.u32(params.length)
  for (const [field, type, value] of params) {
    writer.string(field)
    if (type === 'int') writer.u32(ParamType.Int).i32(value)
    else writer.u32(ParamType.Ullong).u64(BigInt(Math.floor(value)))
  }
}

function simEvent(guest: Guest, eventId: EventId, details: (writer: XdrWriter) => void): SimEvent {
  const writer = new XdrWriter()
  writer.variableOpaque(guest.nameBytes).opaque(guest.shape.uuid).i32(guest.id)
  details(writer)
  return { eventId, uuid: guest.shape.uuid, tail: writer.finish() }
}
