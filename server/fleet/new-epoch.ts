import { randomBytes } from 'node:crypto'

/** The name of an epoch: 16 bytes that no other has. */
export function newEpoch(): Uint8Array {
  return new Uint8Array(randomBytes(16))
}
