import { LOG_FORMATS, type LogFormat } from '../log.ts'
import { LOG_LEVELS, type LogLevel } from '../log-line.ts'
import { configError } from './config-error.ts'

/** The quietest level to write. Throws DomscopeError `BAD_CONFIG` that names `where`. */
export function readLogLevel(value: unknown, where: string): LogLevel {
  return oneOf(LOG_LEVELS, value, where, 'no level of the log')
}

/** How to write lines. Throws DomscopeError `BAD_CONFIG` that names `where`. */
export function readLogFormat(value: unknown, where: string): LogFormat {
  return oneOf(LOG_FORMATS, value, where, 'no format of the log')
}

function oneOf<Word extends string>(words: readonly Word[], value: unknown, where: string, what: string): Word {
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  throw configError(where, `${JSON.stringify(value)} is ${what}`, `Write ${words.join(', ')}.`)
}
