import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Clock } from '../../clock.ts'
import { fileStamp } from '../../config/file-stamp.ts'
import type { Log } from '../../log.ts'
import { readTlsPair, type TlsPair, type TlsPaths } from './tls-pair.ts'

const LOOK_EVERY_MS = 5_000

/**
 * The certificate in force, read anew when its files change.
 *
 * @remarks A pair that cannot be used is told in the log, and the one from before stays: also for the moment in which
 * one of the two files is new and the other is not yet.
 */
export class TlsFiles {
  private readonly paths: TlsPaths
  private readonly log: Log
  private readonly clock: Clock
  private current: TlsPair
  private stamp: string
  private cancel: () => void = () => {}

  /** @throws DomscopeError `BAD_CONFIG` when there is none that can be used. */
  constructor(paths: TlsPaths, clock: Clock, log: Log) {
    this.paths = paths
    this.clock = clock
    this.log = log
    this.stamp = this.stampNow()
    this.current = readTlsPair(paths)
    this.tell('tls.certificate')
  }

  get pair(): TlsPair {
    return this.current
  }

  /** Calls `changed` with each new pair; returns the undo. */
  watch(changed: (pair: TlsPair) => void): () => void {
    const look = () => {
      if (this.refresh()) changed(this.current)
      this.cancel = this.clock.after(LOOK_EVERY_MS, look)
    }
    this.cancel = this.clock.after(LOOK_EVERY_MS, look)
    return () => this.cancel()
  }

  private refresh(): boolean {
    const stamp = this.stampNow()
    if (stamp === this.stamp) return false
    this.stamp = stamp
    try {
      this.current = readTlsPair(this.paths)
    } catch (error) {
      if (findDomscopeError(error) === null) throw error
      this.log.error('tls.reload_failed', { error, inForce: 'the certificate from before' })
      return false
    }
    this.tell('tls.reloaded')
    return true
  }

  private tell(event: string): void {
    const { subject, validFrom, validTo } = this.current
    const now = this.clock.wall()
    const facts = { subject, validTo: new Date(validTo).toISOString(), path: this.paths.cert }
    if (now < validFrom || now > validTo) {
      const message = now < validFrom ? 'The certificate is not valid yet.' : 'The certificate is not valid any more.'
      this.log.warn(event, { ...facts, message })
    } else this.log.info(event, facts)
  }

  private stampNow(): string {
    return `${fileStamp(this.paths.cert)} ${fileStamp(this.paths.key)}`
  }
}
