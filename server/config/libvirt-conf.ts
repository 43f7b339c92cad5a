import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { nameCharacter } from '../../lib/text/name-character.ts'
import { configError } from './config-error.ts'
import { type ConfFault, type ConfValue, readStatements } from './libvirt-conf-grammar.ts'

/** What we use of the configuration file of libvirt's own client. */
export interface LibvirtConf {
  /** As the file has it; null when it has none, or none that can be read. */
  readonly uriDefault: string | null
  /** Short names for URIs, in order; of a name that is there twice the first. */
  readonly aliases: ReadonlyMap<string, string>
  /** What cannot be read, with file and line. It matters only to those who need what stands there. */
  readonly faults: readonly DomscopeError[]
  /** Why `uri_default` is not known, where the file may have one: for those who need it. */
  readonly noDefault: DomscopeError | null
}

export const EMPTY_LIBVIRT_CONF: LibvirtConf = { uriDefault: null, aliases: new Map(), faults: [], noDefault: null }

/** What is known of a file that cannot be read at all. */
export function unreadableConf(error: DomscopeError): LibvirtConf {
  return { ...EMPTY_LIBVIRT_CONF, faults: [error], noDefault: error }
}

/** What libvirt accepts as the name of an alias. */
export const ALIAS = /^[A-Za-z0-9_-]+$/

const ALIASES_REMEDY = 'Write uri_aliases = [ "name=qemu+ssh://host/system", … ].'
const DEFAULT_REMEDY = 'Write uri_default = "qemu:///system".'

/**
 * Reads `uri_default` and `uri_aliases`; other settings are passed over. Never throws: what cannot be read is told in
 * `faults`, and the rest is read.
 *
 * @param path - For messages.
 */
export function parseLibvirtConf(text: string, path: string): LibvirtConf {
  const { statements, faults: broken } = readStatements(text)
  const faults = broken.map((fault) => faultError(path, fault))
  const aliases = new Map<string, string>()
  let uriDefault: string | null = null
  let noDefault = faults[broken.findIndex(({ name }) => name === 'uri_default')] ?? null
  // Of a setting that stands there twice libvirt takes the first.
  const first = (name: string) => statements.find((statement) => statement.name === name)?.value
  const given = first('uri_default')
  if (given?.kind === 'string') uriDefault = given.text === '' ? null : given.text
  else if (given !== undefined) {
    noDefault = wrong(path, given.line, 'uri_default', 'this must be text in quotes', DEFAULT_REMEDY)
    faults.push(noDefault)
  }
  const list = first('uri_aliases')
  if (list !== undefined) faults.push(...readAliases(list, aliases, path))
  return { uriDefault, aliases, faults, noDefault: uriDefault === null ? noDefault : null }
}

function readAliases(value: ConfValue, aliases: Map<string, string>, path: string): DomscopeError[] {
  if (value.kind !== 'list') return [wrong(path, value.line, 'uri_aliases', 'this must be a list', ALIASES_REMEDY)]
  const faults: DomscopeError[] = []
  for (const item of value.items) {
    const text = item.kind === 'string' ? item.text : null
    const equals = text?.indexOf('=') ?? -1
    const alias = text?.slice(0, Math.max(0, equals)) ?? ''
    if (text !== null && ALIAS.test(alias)) {
      if (!aliases.has(alias)) aliases.set(alias, text.slice(equals + 1))
      continue
    }
    const what =
      text === null ? 'an alias is text in quotes' : `"${text}" is not name=URI, the name of letters, digits, _ and -`
    faults.push(wrong(path, item.line, 'uri_aliases', what, ALIASES_REMEDY))
  }
  return faults
}

function faultError(path: string, { line, what, sign }: ConfFault): DomscopeError {
  const found = sign === null ? 'the end of the file' : sign === '\n' ? 'the end of the line' : describeSign(sign)
  return configError(`${path}:${line}`, `${what}, and there is ${found}`, "Correct it as libvirt's client expects it.")
}

function describeSign(sign: string): string {
  return sign > ' ' && sign <= '~' ? `"${sign}"` : nameCharacter(sign)
}

function wrong(path: string, line: number, key: string, what: string, remedy: string): DomscopeError {
  return configError(`${path}:${line}: ${key}`, what, remedy)
}
