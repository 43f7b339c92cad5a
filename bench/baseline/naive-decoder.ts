/** A typed parameter as an object. */
export interface StatsParam<V extends bigint | number> {
  readonly name: string
  readonly type: number
  readonly value: number | string | V
}

export interface StatsRecord<V extends bigint | number> {
  readonly name: string
  readonly uuid: string
  readonly id: number
  readonly params: readonly StatsParam<V>[]
}

/** How the naive decoder gives 64-bit values: exact and slow, or as doubles that lose what is above 2^53. */
export const ValueForm = { BigInt: 'bigint', Number: 'number' } as const
export type ValueForm = (typeof ValueForm)[keyof typeof ValueForm]

const TWO_POW_32 = 4_294_967_296

/**
 * The obvious decoder of a bulk-stats reply: an object for each domain and each typed parameter.
 *
 * @remarks Written as one would write it with care and without thought of speed: no needless copies, `Buffer`'s own readers.
 */
export function decodeObjects(body: Buffer, form: 'bigint'): StatsRecord<bigint>[]
export function decodeObjects(body: Buffer, form: 'number'): StatsRecord<number>[]
export function decodeObjects(body: Buffer, form: ValueForm): StatsRecord<bigint | number>[] {
  const reader = new NaiveReader(body, form)
  const count = reader.u32()
  const records: StatsRecord<bigint | number>[] = []
  for (let i = 0; i < count; i++) {
    const name = reader.text()
    const uuid = reader.uuid()
    const id = reader.i32()
    const fields = reader.u32()
    const params: StatsParam<bigint | number>[] = []
    for (let field = 0; field < fields; field++) params.push(reader.param())
    records.push({ name, uuid, id, params })
  }
  return records
}

class NaiveReader {
  private at = 0
  private readonly body: Buffer
  private readonly form: ValueForm

  constructor(body: Buffer, form: ValueForm) {
    this.body = body
    this.form = form
  }

  i32(): number {
    const value = this.body.readInt32BE(this.at)
    this.at += 4
    return value
  }

  u32(): number {
    return this.i32() >>> 0
  }

  text(): string {
    const length = this.u32()
    const text = this.body.toString('utf8', this.at, this.at + length)
    this.at += (length + 3) & ~3
    return text
  }

  uuid(): string {
    const hex = this.body.toString('hex', this.at, this.at + 16)
    this.at += 16
    return hex
  }

  param(): StatsParam<bigint | number> {
    const name = this.text()
    const type = this.u32()
    return { name, type, value: this.value(type) }
  }

  private value(type: number): bigint | number | string {
    switch (type) {
      case 1:
        return this.i32()
      case 3:
        return this.long(true)
      case 4:
        return this.long(false)
      case 5: {
        const value = this.body.readDoubleBE(this.at)
        this.at += 8
        return value
      }
      case 7:
        return this.text()
      default:
        return this.u32()
    }
  }

  private long(signed: boolean): bigint | number {
    const at = this.at
    this.at += 8
    if (this.form === ValueForm.BigInt) return signed ? this.body.readBigInt64BE(at) : this.body.readBigUInt64BE(at)
    const high = signed ? this.body.readInt32BE(at) : this.body.readUInt32BE(at)
    return high * TWO_POW_32 + this.body.readUInt32BE(at + 4)
  }
}
