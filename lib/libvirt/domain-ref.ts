import type { XdrReader } from '../xdr/xdr-reader.ts'
import type { XdrWriter } from '../xdr/xdr-writer.ts'
import { MAX_STRING_BYTES, UUID_BYTES } from './limits.ts'

/** A domain as the wire names it. The daemon looks only at the UUID. */
export interface DomainRef {
  readonly name: string
  /** 16 bytes. */
  readonly uuid: Uint8Array
  /** Id of the running process, -1 when inactive. */
  readonly id: number
}

/** Reads a domain; everything in it is a copy. */
export function readDomainRef(reader: XdrReader): DomainRef {
  // Not `slice`: on a Buffer that is a view.
  return { name: reader.string(MAX_STRING_BYTES), uuid: new Uint8Array(reader.opaque(UUID_BYTES)), id: reader.i32() }
}

export function writeDomainRef(writer: XdrWriter, domain: DomainRef): void {
  writer.string(domain.name).opaque(domain.uuid).i32(domain.id)
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Bytes before which the canonical form has a dash. */
const DASH_BEFORE = new Set([4, 6, 8, 10])

/** Canonical lower-case form of a UUID of 16 bytes. */
export function formatUuid(uuid: Uint8Array): string {
  let text = ''
  for (let i = 0; i < UUID_BYTES; i++) text += (DASH_BEFORE.has(i) ? '-' : '') + HEX[uuid[i] ?? 0]
  return text
}
