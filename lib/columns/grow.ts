/** A longer copy of `array`, new places filled with `fill`; the array itself when it is long enough. */
export function growInt32(array: Int32Array<ArrayBuffer>, length: number, fill: number): Int32Array<ArrayBuffer> {
  if (length <= array.length) return array
  const copy = new Int32Array(length)
  copy.set(array)
  copy.fill(fill, array.length)
  return copy
}

export function growUint32(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= array.length) return array
  const copy = new Uint32Array(length)
  copy.set(array)
  return copy
}

export function growUint8(array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (length <= array.length) return array
  const copy = new Uint8Array(length)
  copy.set(array)
  return copy
}

export function growFloat64(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= array.length) return array
  const copy = new Float64Array(length)
  copy.set(array)
  return copy
}

export function growFloat32(array: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> {
  if (length <= array.length) return array
  const copy = new Float32Array(length)
  copy.set(array)
  return copy
}
