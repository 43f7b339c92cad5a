import { findDomscopeError } from '../lib/errors/domscope-error.ts'

export type LogFields = Readonly<Record<string, unknown>>

/** JSON lines, one an event. The only place that writes to the console, besides the lines that `main.ts` owes stdout. */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** A log that writes lines through `write`; `wall` gives ms since 1970. */
export function createLog(write: (line: string) => void, wall: () => number): Log {
  const line =
    (level: string) =>
    (event: string, fields: LogFields = {}) => {
      write(JSON.stringify({ time: new Date(wall()).toISOString(), level, event, ...fields }, plain))
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

/** Errors become their code and message; bigints become text; stacks stay out. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const known = findDomscopeError(value)
  if (known === null) return { message: value.message }
  return { code: known.code, message: known.message, detail: known.detail, remedy: known.remedy }
}

/** Swallows everything: for tests. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** The log of the process: stderr. */
export function stderrLog(): Log {
  return createLog((text) => process.stderr.write(`${text}\n`), Date.now)
}
