/** Text that differs from row to row (names, titles), with the commit at which each last changed. */
export class TextColumn {
  readonly id: string
  readonly number: number
  readonly values: string[] = []
  changedAt: Uint32Array
  lastChangedAt = 0

  constructor(id: string, number: number, capacity = 0) {
    this.id = id
    this.number = number
    this.changedAt = new Uint32Array(capacity)
  }

  get(row: number): string {
    return this.values[row] ?? ''
  }

  set(row: number, value: string, offset: number): void {
    if (this.get(row) === value) return
    this.values[row] = value
    this.changedAt[row] = offset
    this.lastChangedAt = offset
  }

  grow(capacity: number): void {
    if (capacity <= this.changedAt.length) return
    const changedAt = new Uint32Array(capacity)
    changedAt.set(this.changedAt)
    this.changedAt = changedAt
    while (this.values.length < capacity) this.values.push('')
  }
}
