import { configError } from './config-error.ts'
import { knownKeys } from './nearest.ts'

export type Json = Readonly<Record<string, unknown>>

/** An object of the config file that has no other keys than these. */
export function readObject(value: unknown, where: string, keys: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configError(where, 'this must be an object', `Its keys are ${keys.join(', ')}.`)
  }
  const stranger = Object.keys(value).find((key) => !keys.includes(key))
  if (stranger === undefined) return value as Json
  throw configError(`${where}.${stranger}`, 'there is no such key', knownKeys(stranger, keys))
}

/** An absolute path, or null where none is given: a service has no folder of its own to start from. */
export function readPath(value: unknown, where: string): string | null {
  if (value === undefined) return null
  if (typeof value === 'string' && value.startsWith('/') && !value.includes('\0')) return value
  throw configError(where, `${JSON.stringify(value)} is no path`, 'Write a path that begins with a slash.')
}
