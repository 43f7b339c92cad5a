import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** How the process ends; scripts depend on it. */
export const ExitCode = {
  Done: 0,
  /** It could not start, or a check failed. */
  Failed: 1,
  /** A fault of ours: EX_SOFTWARE of sysexits.h. */
  Fault: 70,
  /** A setting cannot be used: EX_CONFIG. */
  Config: 78,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** One thing to stop. */
export interface StopStep {
  readonly name: string
  /** After this long the next step begins, whether or not this one is done. */
  readonly deadlineMs: number
  readonly stop: () => Promise<void> | void
}

/**
 * Runs the steps one after another. A step that fails or takes too long is logged and does not keep the others from
 * being stopped. Never rejects.
 */
export async function stopInOrder(steps: readonly StopStep[], clock: Clock, log: Log): Promise<void> {
  for (const { name, deadlineMs, stop } of steps) {
    try {
      const inTime = await within(deadlineMs, clock, stop)
      if (!inTime) log.warn('stop.late', { step: name, deadlineMs })
    } catch (error) {
      log.error('stop.failed', { step: name, error })
    }
  }
}

/** Whether the work ended before its deadline. A later failure of it is heard, so that it ends nothing else. */
function within(deadlineMs: number, clock: Clock, work: () => Promise<void> | void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(deadlineMs, () => resolve(false))
    Promise.resolve()
      .then(work)
      .then(
        () => resolve(true),
        (error: unknown) => reject(error),
      )
      .finally(cancel)
  })
}

/** What of the process the lifecycle uses. */
export interface ProcessEvents {
  on(event: 'SIGTERM' | 'SIGINT' | 'SIGHUP', listener: () => void): unknown
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown
  exit(code: number): void
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Ends the process on signals: the first stops in order and exits 0, a second one exits at once.
 *
 * @param stop - Never rejects.
 */
export function exitOnSignals(target: ProcessEvents, log: Log, stop: () => Promise<void>): void {
  let stopping = false
  for (const signal of STOP_SIGNALS) {
    target.on(signal, () => {
      if (stopping) {
        target.exit(ExitCode.Failed)
        return
      }
      stopping = true
      log.info('stop', { signal })
      void stop().then(() => target.exit(ExitCode.Done))
    })
  }
}

/** Logs what nobody caught, with its stack, because it is a fault of ours, and ends the process. */
export function exitOnFaults(target: ProcessEvents, log: Log): void {
  const fault = (error: unknown) => {
    log.error('fault', { error, stack: error instanceof Error ? error.stack : String(error) })
    target.exit(ExitCode.Fault)
  }
  target.on('uncaughtException', fault)
  target.on('unhandledRejection', fault)
}
