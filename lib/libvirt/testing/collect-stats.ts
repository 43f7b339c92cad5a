import { decodeUtf8 } from '../../xdr/utf8.ts'
import { ParamType } from '../constants.ts'
import { formatUuid } from '../domain-ref.ts'
import type { StatsSink } from '../domain-stats.ts'

/** A record as plain objects: name, type tag, exact value. */
export interface CollectedRecord {
  readonly name: string
  readonly uuid: string
  readonly id: number
  readonly params: [name: string, type: number, value: bigint | number | string][]
}

/** Runs a walker over `body` and keeps what it reports. */
export function collectStats(
  body: Uint8Array,
  walk: (body: Uint8Array, sink: StatsSink) => unknown,
): CollectedRecord[] {
  const sink = new CollectingSink(body)
  walk(body, sink)
  return sink.records
}

export class CollectingSink implements StatsSink {
  readonly records: CollectedRecord[] = []
  announced = 0
  ended = 0
  readonly #body: Uint8Array

  constructor(body: Uint8Array) {
    this.#body = body
  }

  begin(records: number): void {
    this.announced = records
  }

  record(nameStart: number, nameEnd: number, uuidStart: number, id: number): void {
    const uuid = formatUuid(this.#body.subarray(uuidStart, uuidStart + 16))
    this.records.push({ name: this.#text(nameStart, nameEnd), uuid, id, params: [] })
  }

  word(nameStart: number, nameEnd: number, type: ParamType, value: number): void {
    this.#add(nameStart, nameEnd, type, BigInt(value))
  }

  long(nameStart: number, nameEnd: number, type: ParamType, hi: number, lo: number): void {
    const value = (BigInt(hi) << 32n) | BigInt(lo)
    this.#add(nameStart, nameEnd, type, type === ParamType.Llong ? BigInt.asIntN(64, value) : value)
  }

  double(nameStart: number, nameEnd: number, value: number): void {
    this.#add(nameStart, nameEnd, ParamType.Double, value)
  }

  text(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    this.#add(nameStart, nameEnd, ParamType.String, this.#text(valueStart, valueEnd))
  }

  recordEnd(): void {
    this.ended++
  }

  #add(nameStart: number, nameEnd: number, type: number, value: bigint | number | string): void {
    this.records.at(-1)?.params.push([this.#text(nameStart, nameEnd), type, value])
  }

  #text(start: number, end: number): string {
    return decodeUtf8(this.#body, start, end)
  }
}
