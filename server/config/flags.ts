import { parseArgs } from 'node:util'
import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { nameCharacter } from '../../lib/text/name-character.ts'
import { configError } from './config-error.ts'
import { nearestWord } from './nearest.ts'

/** Flags as they were written; nothing is checked but their names and that values are there. */
export interface Flags {
  readonly connect: readonly string[]
  readonly listen: string | null
  readonly interval: string | null
  readonly duty: string | null
  readonly historyMemory: string | null
  readonly auth: string | null
  readonly basePath: string | null
  readonly tlsCert: string | null
  readonly tlsKey: string | null
  readonly insecureNoAuth: boolean
  readonly hashPassword: string | null
  readonly logLevel: string | null
  readonly logFormat: string | null
  readonly config: string | null
  readonly help: boolean
  readonly version: boolean
  readonly printConfig: boolean
  readonly check: boolean
}

const OPTIONS = {
  connect: { type: 'string', multiple: true },
  listen: { type: 'string' },
  interval: { type: 'string' },
  duty: { type: 'string' },
  'history-memory': { type: 'string' },
  auth: { type: 'string' },
  'base-path': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'insecure-no-auth': { type: 'boolean' },
  'hash-password': { type: 'string' },
  'log-level': { type: 'string' },
  'log-format': { type: 'string' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  'print-config': { type: 'boolean' },
  check: { type: 'boolean' },
} as const

const HELP = 'See domscope --help.'

/**
 * Reads the command line.
 *
 * @throws DomscopeError `BAD_CONFIG` for an unknown flag, a missing or superfluous value, a flag given twice, or a word
 * that belongs to no flag.
 */
export function readFlags(argv: readonly string[]): Flags {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true })
  const values = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw positional(token.value)
    const option = Object.hasOwn(OPTIONS, token.name) ? OPTIONS[token.name as keyof typeof OPTIONS] : null
    if (option === null) throw configError(token.rawName, 'there is no such flag', nearest(token.name))
    const given = values.get(token.name) ?? []
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw configError(token.rawName, 'this flag takes no value', HELP)
    } else {
      if (token.value === undefined || token.value === '' || token.value.startsWith('--')) {
        throw configError(token.rawName, 'this flag needs a value', HELP)
      }
      if (given.length > 0 && !('multiple' in option)) throw configError(token.rawName, 'it is given twice', HELP)
    }
    values.set(token.name, [...given, token.value ?? ''])
  }
  const one = (name: string) => values.get(name)?.[0] ?? null
  return {
    connect: values.get('connect') ?? [],
    listen: one('listen'),
    interval: one('interval'),
    duty: one('duty'),
    historyMemory: one('history-memory'),
    auth: one('auth'),
    basePath: one('base-path'),
    tlsCert: one('tls-cert'),
    tlsKey: one('tls-key'),
    hashPassword: one('hash-password'),
    insecureNoAuth: values.has('insecure-no-auth'),
    logLevel: one('log-level'),
    logFormat: one('log-format'),
    config: one('config'),
    help: values.has('help'),
    version: values.has('version'),
    printConfig: values.has('print-config'),
    check: values.has('check'),
  }
}

/** Office programs and chats make a dash of two hyphens. */
function positional(value: string): DomscopeError {
  const dash = /^[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/u.exec(value)?.[0]
  const what = dash === undefined ? '' : `: it begins with ${nameCharacter(dash)}, where a flag has two hyphens`
  return configError(`"${value}"`, `this belongs to no flag${what}`, HELP)
}

function nearest(name: string): string {
  const known = Object.keys(OPTIONS)
  const like = nearestWord(name, known)
  return like === null ? `Flags are ${known.map((one) => `--${one}`).join(', ')}.` : `Did you mean --${like}?`
}
