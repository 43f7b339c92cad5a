import type { Guest } from './guest.ts'

interface FrozenQemu {
  /** Simulation second at which a call entered the monitor and got stuck there; null while none has. */
  enteredAt: number | null
  readonly waiting: Set<() => void>
}

/**
 * Which guests' QEMU answer no longer, and who is stuck because of it.
 *
 * @remarks The first call that reaches such a monitor waits until QEMU answers or dies, whatever its flags. Later calls
 * find the monitor taken: they leave it out, or wait for their own time limit.
 */
export class Monitors {
  readonly #frozen = new Map<Guest, FrozenQemu>()

  freeze(guest: Guest): void {
    if (!this.#frozen.has(guest)) this.#frozen.set(guest, { enteredAt: null, waiting: new Set() })
  }

  /** QEMU answers again, or is gone: everybody who waited goes on. */
  thaw(guest: Guest): void {
    const frozen = this.#frozen.get(guest)
    if (frozen === undefined) return
    this.#frozen.delete(guest)
    for (const release of frozen.waiting) release()
  }

  isFrozen(guest: Guest): boolean {
    return this.#frozen.size > 0 && this.#frozen.has(guest)
  }

  /** Since when a call has been stuck in this guest's monitor; null when none is. */
  occupiedSince(guest: Guest): number | null {
    return this.#frozen.get(guest)?.enteredAt ?? null
  }

  /** Marks the monitor as taken. */
  enter(guest: Guest, now: number): void {
    const frozen = this.#frozen.get(guest)
    if (frozen !== undefined) frozen.enteredAt ??= now
  }

  /** Resolves when the guest is thawed; at once when it is not frozen. */
  thawed(guest: Guest): Promise<void> {
    const frozen = this.#frozen.get(guest)
    if (frozen === undefined) return Promise.resolve()
    return new Promise((resolve) => frozen.waiting.add(resolve))
  }
}
