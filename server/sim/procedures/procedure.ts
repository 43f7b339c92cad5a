import { readDomainRef } from '../../../lib/libvirt/domain-ref.ts'
import type { XdrReader } from '../../../lib/xdr/xdr-reader.ts'
import type { XdrWriter } from '../../../lib/xdr/xdr-writer.ts'
import type { Guest } from '../guest/guest.ts'
import type { SimHost } from '../guest/sim-host.ts'
import { ErrorCode, ErrorDomain, RpcRefusal } from '../wire/rpc-refusal.ts'

/** A registration for one kind of event, of one domain or of all. */
export interface EventCallback {
  readonly eventId: number
  readonly uuid: Uint8Array | null
}

/** What one connection has agreed on. */
export interface Session {
  opened: boolean
  readOnly: boolean
  /** Whether the daemon pings this client. */
  keepalive: boolean
  readonly callbacks: Map<number, EventCallback>
}

/** One call being served: its arguments and the body of its reply. */
export interface Serving {
  readonly host: SimHost
  readonly session: Session
  readonly args: XdrReader
  readonly reply: XdrWriter
  /** A callback id that no connection of this daemon has had. */
  nextCallback(): number
}

/** Reads the arguments, writes the reply. Throws RpcRefusal for an error reply. */
export type ProcedureServer = (serving: Serving) => void

/** Reads a domain argument and finds it by its UUID, the only part that counts. */
export function readGuest({ host, args }: Serving): Guest {
  const ref = readDomainRef(args)
  const guest = host.byUuid(ref.uuid)
  if (guest === null) throw noDomain(`no domain with matching uuid (${ref.name})`)
  return guest
}

export function writeGuest(reply: XdrWriter, guest: Guest): void {
  reply.variableOpaque(guest.nameBytes).opaque(guest.shape.uuid).i32(guest.id)
}

export function noDomain(detail: string): RpcRefusal {
  return new RpcRefusal(ErrorCode.NoDomain, ErrorDomain.Qemu, detail)
}
