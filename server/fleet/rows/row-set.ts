/** The rows of one host, dense, so that walking them costs nothing but the walk. */
export class RowSet {
  rows = new Int32Array(64)
  count = 0
  private readonly places = new Map<number, number>()

  add(row: number): void {
    if (this.places.has(row)) return
    if (this.count === this.rows.length) {
      const rows = new Int32Array(this.count * 2)
      rows.set(this.rows)
      this.rows = rows
    }
    this.places.set(row, this.count)
    this.rows[this.count++] = row
  }

  /** Moves the last row into the place of the one that goes. */
  delete(row: number): void {
    const place = this.places.get(row)
    if (place === undefined) return
    const last = this.rows[--this.count]!
    this.rows[place] = last
    this.places.set(last, place)
    this.places.delete(row)
  }
}
