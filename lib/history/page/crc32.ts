const POLYNOMIAL = 0xedb88320

function remainder(byte: number): number {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  return value
}

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => remainder(byte))

/** CRC-32 (IEEE 802.3) of `bytes[from..end)`. */
export function crc32(bytes: Uint8Array, from: number, end: number): number {
  let crc = -1
  for (let i = from; i < end; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!
  return (crc ^ -1) >>> 0
}
