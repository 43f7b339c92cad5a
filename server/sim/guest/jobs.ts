import type { Guest } from './guest.ts'

/** A core dump goes over the whole memory and keeps the monitor; a copy mirrors the first disk beside everything else. */
export type JobKind = 'dump' | 'copy'

export interface SimJob {
  readonly kind: JobKind
  /** Target of the disk that is copied; null for a dump. */
  readonly disk: string | null
  /** Seconds of the simulation. */
  readonly startedAt: number
  readonly seconds: number
}

/** What is under way on which guests. */
export class Jobs {
  readonly #jobs = new Map<Guest, SimJob>()

  of(guest: Guest): SimJob | null {
    return this.#jobs.get(guest) ?? null
  }

  start(guest: Guest, job: SimJob): void {
    this.#jobs.set(guest, job)
  }

  /** Ends the job if it is still this one; whether it was. */
  end(guest: Guest, job: SimJob): boolean {
    return this.#jobs.get(guest) === job && this.#jobs.delete(guest)
  }

  forget(guest: Guest): void {
    this.#jobs.delete(guest)
  }

  /** Whether a job has hold of the guest's monitor, so that statistics leave out what needs it. */
  holdsMonitor(guest: Guest): boolean {
    return this.#jobs.size > 0 && this.#jobs.get(guest)?.kind === 'dump'
  }
}

/** How far a job is, 0 to 1. */
export function progressOf({ startedAt, seconds }: SimJob, now: number): number {
  return Math.min(1, Math.max(0, (now - startedAt) / seconds))
}
