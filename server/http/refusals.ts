import type { Log } from '../log.ts'
import type { HttpProblem } from './problem.ts'

/**
 * Counts refused requests by code and logs the 1st, 10th, 100th, … of each: somebody who is refused a thousand times a
 * second must not fill the disk, and nobody is refused in silence.
 */
export class Refusals {
  private readonly log: Log
  private readonly byCode = new Map<string, number>()

  constructor(log: Log) {
    this.log = log
  }

  get total(): number {
    let sum = 0
    for (const count of this.byCode.values()) sum += count
    return sum
  }

  add({ status, code, message }: HttpProblem, address: string): void {
    const count = (this.byCode.get(code) ?? 0) + 1
    this.byCode.set(code, count)
    if (Number.isInteger(Math.log10(count))) {
      this.log.warn('http.refused', { code, status, message, address, count })
    }
  }
}
