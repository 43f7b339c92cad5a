import { readdirSync, readFileSync } from 'node:fs'

/** Counters of a guest's process that the kernel keeps, and that libvirt or QEMU count as well. */
export const DENSE_COUNTERS = ['cpuNs', 'delayNs', 'readBytes'] as const
export type DenseCounter = (typeof DENSE_COUNTERS)[number]

/** The least and the most that a rate can have been. */
export interface RateBounds {
  readonly least: number
  readonly most: number
}

/** Reads the kernel's own counters of one vCPU and its process, many times between two samples of ours. */
export class DenseReference {
  readonly #schedstat: string
  readonly #io: string
  readonly #times: number[] = []
  readonly #values: Record<DenseCounter, number[]> = { cpuNs: [], delayNs: [], readBytes: [] }

  /** @param pid - Of a QEMU process on this machine; its first vCPU is followed. */
  constructor(pid: number) {
    this.#schedstat = `/proc/${pid}/task/${vcpuThread(pid)}/schedstat`
    this.#io = `/proc/${pid}/io`
  }

  /** @param now - Ms, of the clock that sample times are of. */
  read(now: number): void {
    const [cpuNs, delayNs] = readFileSync(this.#schedstat, 'utf8').split(' ').map(Number)
    const readBytes = Number(/^rchar: (\d+)$/m.exec(readFileSync(this.#io, 'utf8'))?.[1])
    this.#times.push(now)
    this.#values.cpuNs.push(cpuNs!)
    this.#values.delayNs.push(delayNs!)
    this.#values.readBytes.push(readBytes)
  }

  /** What the counter did between two moments, per second; null when it was not read on both sides of each. */
  rate(counter: DenseCounter, from: number, to: number): RateBounds | null {
    const [begin, end] = [this.#around(counter, from), this.#around(counter, to)]
    if (begin === null || end === null) return null
    const seconds = (to - from) / 1000
    return { least: Math.max(0, end.before - begin.after) / seconds, most: (end.after - begin.before) / seconds }
  }

  /** The counter as it was read last before a moment, and first after it. */
  #around(counter: DenseCounter, at: number): { before: number; after: number } | null {
    const next = this.#times.findIndex((time) => time > at)
    if (next <= 0) return null
    return { before: this.#values[counter][next - 1]!, after: this.#values[counter][next]! }
  }
}

/** Its name is `CPU 0/TCG` or `CPU 0/KVM`. */
function vcpuThread(pid: number): string {
  const threads = readdirSync(`/proc/${pid}/task`)
  const found = threads.find((thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').startsWith('CPU 0/'))
  if (found === undefined) throw new Error(`process ${pid} has no thread of a vCPU`)
  return found
}
