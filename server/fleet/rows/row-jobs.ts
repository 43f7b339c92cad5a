import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import { DomainState, Lifecycle, PAUSED_FOR_JOB } from '../../../lib/libvirt/words.ts'
import type { DomainFacts } from '../../facts/domain-facts.ts'
import type { DomainJob } from '../../facts/domain-job.ts'
import type { DomainEvent } from '../../libvirt/host-session.ts'
import type { RowSet } from './row-set.ts'

/** How long a sign of a job is followed up when nothing confirms it, ms. */
const FOLLOW_MS = 30_000
/** Domains named at a time. */
const MAX_NAMED = 20
/** Control info: a job has hold of the monitor. */
const CONTROL_JOB = 1
/** Status of a block job event: what is ready goes on, all else is over. */
const BLOCK_JOB_READY = 3
/** Detail of *resumed*: the guest arrived. */
const RESUMED_MIGRATED = 1
/** A row without a domain. */
const NO_HOST = -1
/** Stands for the domain itself where jobs are kept by disk. */
const WHOLE = ''

/** What to ask about a busy domain. */
export interface BusyRow {
  readonly row: number
  /** Ask for a job of the whole domain. */
  readonly whole: boolean
  readonly disks: readonly string[]
}

/** What was asked and found. */
export interface JobAnswer {
  readonly asked: Omit<BusyRow, 'row'>
  readonly jobs: readonly DomainJob[]
}

/**
 * Domains that something is done to, as far as signs of it were seen, and what it is.
 *
 * @remarks A sign is control info that says *job*, an event, a pause for a migration, save, dump or snapshot, or a mirror in the
 * XML. Only domains with a sign are asked, because the question goes through their monitor.
 */
export class RowJobs {
  readonly #table: DomainTable
  /** By row, then by disk: until when to ask. */
  readonly #signs = new Map<number, Map<string, number>>()
  readonly #jobs = new Map<number, { readonly at: number; readonly jobs: readonly DomainJob[] }>()

  constructor(table: DomainTable) {
    this.#table = table
  }

  control(row: number, state: number, now: number): void {
    if (state === CONTROL_JOB) this.#sign(row, WHOLE, now)
  }

  described(row: number, { disks }: DomainFacts, now: number): void {
    for (const { target, mirror } of disks) if (mirror !== null) this.#sign(row, target, now)
  }

  /** Looks which rows of a host are paused for a job: what has hold of their monitor may say nothing of it. */
  waiting({ rows, count }: RowSet, now: number): void {
    const { 'state.state': state, 'state.reason': reason } = this.#table.wire.gauges
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      const isPaused = state.get(row) === DomainState.Paused
      if (isPaused && PAUSED_FOR_JOB.has(reason.get(row) ?? 0)) this.#sign(row, WHOLE, now)
    }
  }

  /** Returns whether a job of the row ended by it. */
  heard(row: number, event: DomainEvent, now: number): boolean {
    switch (event.kind) {
      case 'migration-iteration':
        this.#sign(row, WHOLE, now)
        return false
      case 'lifecycle': {
        const arrived = event.event === Lifecycle.Resumed && event.detail === RESUMED_MIGRATED
        return arrived && this.#over(row, WHOLE)
      }
      case 'job-completed':
        return this.#over(row, WHOLE)
      case 'block-job':
        if (event.status !== BLOCK_JOB_READY) return this.#over(row, event.disk)
        this.#sign(row, event.disk, now)
        return false
      default:
        return false
    }
  }

  /** The process changed, or the row is gone. */
  forget(row: number): void {
    this.#signs.delete(row)
    this.#jobs.delete(row)
  }

  /** Drops the jobs of a host, and of rows that are gone, that no sign confirms any more; returns the rows that had one. */
  expire(host: number, now: number): number[] {
    const changed: number[] = []
    for (const [row, signs] of this.#signs) {
      const of = this.#table.hostRow[row]!
      if (of !== host && of !== NO_HOST) continue
      const over = [...signs].filter(([, until]) => until < now).map(([disk]) => this.#over(row, disk))
      if (over.includes(true)) changed.push(row)
      if (signs.size === 0) this.#signs.delete(row)
    }
    return changed
  }

  /** What to ask about the domains of a host, once {@link RowJobs.expire} dropped what is over. */
  busy(host: number): BusyRow[] {
    const busy: BusyRow[] = []
    for (const [row, signs] of this.#signs) {
      if (this.#table.hostRow[row] !== host || signs.size === 0 || busy.length >= MAX_NAMED) continue
      const disks = [...signs.keys()].filter((disk) => disk !== WHOLE)
      busy.push({ row, whole: signs.has(WHOLE), disks })
    }
    return busy
  }

  /** Takes an answer: what was found is followed up further, the rest is over. */
  put(row: number, now: number, { asked, jobs }: JobAnswer): void {
    const found = new Set(jobs.map(({ disk }) => disk ?? WHOLE))
    for (const disk of asked.whole ? [WHOLE, ...asked.disks] : asked.disks) {
      if (found.has(disk)) this.#sign(row, disk, now)
      else this.#signs.get(row)?.delete(disk)
    }
    if (jobs.length === 0) this.#jobs.delete(row)
    else this.#jobs.set(row, { at: now, jobs })
  }

  /** The jobs of a row, that of the whole domain first, and when they were read. */
  of(row: number): { readonly at: number; readonly jobs: readonly DomainJob[] } | null {
    return this.#jobs.get(row) ?? null
  }

  /** Word for the grid: the first job of a row. */
  kind(row: number): string | null {
    return this.#jobs.get(row)?.jobs[0]?.kind ?? null
  }

  #sign(row: number, disk: string, now: number): void {
    const signs = this.#signs.get(row) ?? new Map<string, number>()
    signs.set(disk, now + FOLLOW_MS)
    this.#signs.set(row, signs)
  }

  #over(row: number, disk: string): boolean {
    this.#signs.get(row)?.delete(disk)
    const known = this.#jobs.get(row)
    if (known === undefined) return false
    const left = known.jobs.filter((job) => (job.disk ?? WHOLE) !== disk)
    if (left.length === known.jobs.length) return false
    if (left.length === 0) this.#jobs.delete(row)
    else this.#jobs.set(row, { at: known.at, jobs: left })
    return true
  }
}
