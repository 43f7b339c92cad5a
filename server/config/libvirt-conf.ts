import { configError } from './config-error.ts'

/** What we use of the configuration file of libvirt's own client. */
export interface LibvirtConf {
  readonly uriDefault: string | null
  /** Short names for URIs, in order. */
  readonly aliases: ReadonlyMap<string, string>
}

export const EMPTY_LIBVIRT_CONF: LibvirtConf = { uriDefault: null, aliases: new Map() }

/** What libvirt accepts as the name of an alias. */
export const ALIAS = /^[A-Za-z0-9_-]+$/

/** Strings in either quote, comments, and the signs between them. */
const TOKEN = /#[^\n]*|"([^"\n]*)"|'([^'\n]*)'|([A-Za-z_][A-Za-z0-9_]*)|[[\],=]|\d+|\S/g

type Token = { readonly text: string; readonly quoted: boolean }

/**
 * Reads `uri_default` and `uri_aliases`; other settings are passed over.
 *
 * @throws DomscopeError `BAD_CONFIG` when one of the two is not written as libvirt wants it.
 */
export function parseLibvirtConf(text: string, path: string): LibvirtConf {
  const tokens = tokenize(text)
  let uriDefault: string | null = null
  const aliases = new Map<string, string>()
  for (let at = 0; at + 2 < tokens.length; at++) {
    const [name, sign, first] = [tokens[at]!, tokens[at + 1]!, tokens[at + 2]!]
    if (name.quoted || sign.quoted || sign.text !== '=') continue
    if (name.text === 'uri_default') {
      if (!first.quoted) throw malformed(path, 'uri_default', 'Write uri_default = "qemu:///system".')
      uriDefault = first.text
    }
    if (name.text === 'uri_aliases') {
      for (const [alias, uri] of readAliases(tokens.slice(at + 2), path)) aliases.set(alias, uri)
    }
  }
  return { uriDefault: uriDefault === '' ? null : uriDefault, aliases }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(TOKEN)) {
    if (match[0].startsWith('#')) continue
    const string = match[1] ?? match[2]
    tokens.push({ text: string ?? match[0], quoted: string !== undefined })
  }
  return tokens
}

function readAliases(tokens: readonly Token[], path: string): [string, string][] {
  const remedy = 'Write uri_aliases = [ "name=qemu+ssh://host/system", … ].'
  const found: [string, string][] = []
  if (tokens[0]?.text !== '[' || tokens[0].quoted) throw malformed(path, 'uri_aliases', remedy)
  for (const { text, quoted } of tokens.slice(1)) {
    if (!quoted && text === ']') return found
    if (!quoted && text === ',') continue
    const equals = text.indexOf('=')
    if (!quoted || !ALIAS.test(text.slice(0, Math.max(0, equals)))) throw malformed(path, 'uri_aliases', remedy)
    found.push([text.slice(0, equals), text.slice(equals + 1)])
  }
  throw malformed(path, 'uri_aliases', remedy)
}

function malformed(path: string, key: string, remedy: string) {
  return configError(`${path}: ${key}`, "this is not as libvirt's client expects it", remedy)
}
