/** Turns a big-endian wire word, read in this machine's order, into its value. */
export function swap32(word: number): number {
  return ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24)) >>> 0
}

/** Words that a string or opaque of `bytes` bytes takes on the wire, without its length word. */
export function paddedWords(bytes: number): number {
  return (bytes + 3) >>> 2
}

/**
 * The hot path reads wire bytes as native 32-bit words; that is only right on a little-endian machine, and every
 * platform that Node runs on is one, except s390x.
 */
export function isLittleEndian(): boolean {
  return new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
}
