import { jsonLine, LOG_LEVELS, type LogFields, type LogLevel, textLine } from './log-line.ts'

export type { LogFields } from './log-line.ts'

/** How lines are written: `auto` is for people on a terminal and for programs elsewhere. */
export const LOG_FORMATS = ['auto', 'json', 'text'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

export interface LogSettings {
  /** The quietest level that is written. What people did (`audit.*`) always is. */
  readonly level: LogLevel
  readonly format: LogFormat
}

export const DEFAULT_LOG: LogSettings = { level: 'info', format: 'auto' }

/** Lines, one an event. The only place that writes to the console, besides the lines that `main.ts` owes stdout. */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/**
 * A log that writes lines through `write`; `wall` gives ms since 1970.
 *
 * @param settings - `auto` is JSON here: only {@link stderrLog} knows a terminal.
 */
export function createLog(
  write: (line: string) => void,
  wall: () => number,
  { level, format }: LogSettings = DEFAULT_LOG,
): Log {
  const quietest = LOG_LEVELS.indexOf(level)
  const toLine = format === 'text' ? textLine : jsonLine
  const line =
    (at: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(at) > quietest && !event.startsWith('audit.')) return
      write(toLine({ wall: wall(), level: at, event, fields }))
    }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}

/** The same log with some fields in every line. */
export function withFields(log: Log, fields: LogFields): Log {
  return {
    info: (event, more) => log.info(event, { ...fields, ...more }),
    warn: (event, more) => log.warn(event, { ...fields, ...more }),
    error: (event, more) => log.error(event, { ...fields, ...more }),
  }
}

/** Swallows everything: for tests. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** The log of the process: stderr. */
export function stderrLog({ level, format }: LogSettings = DEFAULT_LOG): Log {
  const chosen = format === 'auto' && process.stderr.isTTY ? 'text' : format
  return createLog((text) => process.stderr.write(`${text}\n`), Date.now, { level, format: chosen })
}
