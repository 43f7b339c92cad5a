import { XdrWriter } from '../xdr/xdr-writer.ts'
import { PacketStatus, PacketType, PROGRAM_VERSION, Program } from './constants.ts'
import type { DomainRef } from './domain-ref.ts'
import { writeDomainRef } from './domain-ref.ts'
import { encodeMessage } from './header.ts'

const MESSAGE_OF_LIFECYCLE = 318

/** A lifecycle message as a daemon sends it; real ones carry serial 1. For daemons we simulate. */
export function encodeLifecycleEvent(callbackId: number, domain: DomainRef, event: number, detail: number): Uint8Array {
  const body = new XdrWriter().i32(callbackId)
  writeDomainRef(body, domain)
  body.i32(event).i32(detail)
  return encodeMessage(
    {
      program: Program.Remote,
      version: PROGRAM_VERSION,
      procedure: MESSAGE_OF_LIFECYCLE,
      type: PacketType.Message,
      serial: 1,
      status: PacketStatus.Ok,
    },
    body.finish(),
  )
}
