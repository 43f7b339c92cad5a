import { DomscopeError } from '../../lib/errors/domscope-error.ts'

export const UUID_WORDS = 4
const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Four big-endian words of a canonical UUID; null when it is not one. */
export function uuidWords(uuid: string): Uint32Array | null {
  if (!CANONICAL.test(uuid)) return null
  const hex = uuid.replaceAll('-', '')
  return Uint32Array.from({ length: UUID_WORDS }, (_, i) => Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16))
}

/** Canonical text of four big-endian words that start at `at`. */
export function uuidText(words: ArrayLike<number>, at = 0): string {
  const hex = Array.from({ length: UUID_WORDS }, (_, i) => (words[at + i] ?? 0).toString(16).padStart(8, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Four big-endian words of the 16 bytes of a UUID. */
export function wordsOfUuidBytes(bytes: Uint8Array): Uint32Array {
  if (bytes.length !== UUID_WORDS * 4) {
    throw new DomscopeError('INTERNAL', `a UUID has 16 bytes, this one ${bytes.length}`, { radius: 'reply' })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: UUID_WORDS }, (_, i) => view.getUint32(i * 4))
}

/** The 16 bytes of a UUID out of its four big-endian words. */
export function uuidBytes(words: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(UUID_WORDS * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < UUID_WORDS; i++) view.setUint32(i * 4, words[i] ?? 0)
  return bytes
}
