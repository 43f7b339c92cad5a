import { findDomscopeError } from '../lib/errors/domscope-error.ts'
import { markInvisible } from '../lib/text/mark-invisible.ts'

/** How loud an event is, loudest first. */
export const LOG_LEVELS = ['error', 'warn', 'info'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type LogFields = Readonly<Record<string, unknown>>

/** One event, as it is to be written. */
export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly wall: number
  readonly level: LogLevel
  readonly event: string
  readonly fields: LogFields
}

/** Characters that terminals act upon or that change how a line reads, and that JSON leaves as they are. */
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
/** A value that is told from what stands around it without quotes. */
const BARE = /^[\p{L}\p{N}._:/@+~%-]+$/u

/** A line for programs: one JSON object. Whatever a name holds, a terminal shows it and does not obey it. */
export function jsonLine({ wall, level, event, fields }: LogEvent): string {
  const text = JSON.stringify({ time: new Date(wall).toISOString(), level, event, ...fields }, plain)
  return text.replace(UNSAFE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * A line for people: time in UTC, level, event, what happened, and the rest as KEY=VALUE.
 *
 * @remarks Only a stack has more lines, which are indented: no text that others chose can pass for a line of the log.
 */
export function textLine({ wall, level, event, fields }: LogEvent): string {
  const { message, error, stack, ...rest } = fields
  const time = `${new Date(wall).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const told = [message, error].flatMap((what) => (what === undefined ? [] : [sentence(what)])).join(': ')
  const pairs = Object.entries(rest).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${shown(value)}`]))
  const head = `${time} ${level.toUpperCase().padEnd(5)} ${event}${told === '' ? '' : `: ${told}`}`
  const lines = typeof stack === 'string' ? stack.split('\n').map((line) => `\n    ${markInvisible(line.trim())}`) : []
  return [markInvisible([head, ...pairs].join(' ')), ...lines].join('')
}

/** What happened, with what to do about it. */
function sentence(what: unknown): string {
  if (typeof what === 'string') return what
  if (!(what instanceof Error)) return shown(what)
  const known = findDomscopeError(what)
  if (known === null) return what.message
  return `${known.message} [${known.code}]${known.remedy === null ? '' : ` ${known.remedy}`}`
}

function shown(value: unknown): string {
  if (typeof value === 'string') return BARE.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value, plain) ?? String(value)
}

/** Errors become their code and message; bigints become text; stacks stay out. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const known = findDomscopeError(value)
  if (known === null) return { message: value.message }
  return { code: known.code, message: known.message, detail: known.detail, remedy: known.remedy }
}
