/** Row numbers collected between two commits; reused, so that collecting allocates nothing. */
export class RowBatch {
  rows = new Int32Array(256)
  count = 0

  add(row: number): void {
    if (this.count === this.rows.length) this.reserve(this.count * 2)
    this.rows[this.count++] = row
  }

  addAll(rows: Int32Array, count: number): void {
    if (this.count + count > this.rows.length) this.reserve(Math.max(this.count + count, this.rows.length * 2))
    this.rows.set(rows.subarray(0, count), this.count)
    this.count += count
  }

  clear(): void {
    this.count = 0
  }

  private reserve(size: number): void {
    const rows = new Int32Array(size)
    rows.set(this.rows.subarray(0, this.count))
    this.rows = rows
  }
}
