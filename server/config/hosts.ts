import { type LibvirtUri, parseLibvirtUri, transportError } from '../../lib/libvirt/uri.ts'
import { deriveHostNames, redactUri } from '../../lib/libvirt/uri-names.ts'
import { nameCharacter } from '../../lib/text/name-character.ts'
import { parseSimUri, type SimOptions } from '../sim/sim-uri.ts'
import { configError, locate } from './config-error.ts'
import { ALIAS, type LibvirtConf } from './libvirt-conf.ts'
import { strangerIn } from './stranger-in.ts'

/** A connection somebody asked for, before its URI is read. */
export interface HostRequest {
  readonly uri: string
  readonly name: string | null
  readonly labels: Readonly<Record<string, string>>
  /** The flag, variable or place in a file that asks for it. */
  readonly where: string
}

export interface ConfiguredHost {
  /** Unique; identity of its rows. */
  readonly name: string
  readonly uri: LibvirtUri
  readonly labels: Readonly<Record<string, string>>
  readonly where: string
}

export interface ConfiguredSim {
  /** `sim:?…` as written. */
  readonly uri: string
  readonly options: SimOptions
}

export interface HostSet {
  readonly hosts: readonly ConfiguredHost[]
  readonly sim: ConfiguredSim | null
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const NAME_REMEDY = 'A name is up to 63 letters, digits, dots, dashes and underscores.'

/** Splits `[NAME=]URI`: a name ends at the first `=`, and no URI has one before its `:` or as an alias. */
export function splitNamed(text: string, where: string): HostRequest {
  const match = /^([^=:/?]*)=(.*)$/s.exec(text)
  if (match === null) return { uri: text, name: null, labels: {}, where }
  return { uri: match[2]!, name: match[1]!, labels: {}, where }
}

/**
 * Turns requests into connections with names (design: explicit, else from the set of URIs alone).
 *
 * @throws DomscopeError `BAD_CONFIG`: a URI that cannot be read, one URI twice, one name twice, a name that is none.
 */
export function resolveHosts(requests: readonly HostRequest[], conf: LibvirtConf): HostSet {
  const sims = requests.filter((request) => request.uri.startsWith('sim:'))
  const real = requests.filter((request) => !request.uri.startsWith('sim:'))
  const parsed = real.map((request) => ({ request, uri: readUri(request, conf) }))
  refuseTwins(parsed)
  const derived = deriveHostNames(parsed.map(({ uri }) => uri))
  const hosts = parsed.map(({ request, uri }, i) => ({
    name: request.name === null ? derived[i]! : checkName(request.name, request.where),
    uri,
    labels: request.labels,
    where: request.where,
  }))
  refuseNamesakes(hosts)
  return { hosts, sim: readSim(sims) }
}

const QUOTE = /^["'`\u2018-\u201f\u00ab\u00bb]/u

function readUri({ uri, name, where }: HostRequest, { aliases, faults }: LibvirtConf): LibvirtUri {
  const quote = QUOTE.exec(name ?? uri)?.[0]
  if (quote !== undefined) {
    const sign = quote < '\x7f' ? quote : nameCharacter(quote)
    throw configError(where, `the address begins with ${sign}, which does not belong to it`, 'Leave out the quotes.')
  }
  refuseAliasLists(uri, where, aliases)
  let text = uri
  if (ALIAS.test(uri)) {
    const known = aliases.get(uri)
    if (known === undefined) {
      const list = aliases.size === 0 ? 'none is defined' : `there are ${[...aliases.keys()].join(', ')}`
      const unread = faults.map(({ message }) => `; not read: ${message}`).join('')
      throw configError(
        where,
        `"${uri}" is neither a URI nor one of the aliases of libvirt's client (${list}${unread})`,
        'Write a URI, as in qemu:///system or qemu+ssh://kvm-01/system.',
      )
    }
    text = known
  }
  try {
    const parsed = parseLibvirtUri(text)
    const unsupported = transportError(parsed)
    if (unsupported !== null) throw unsupported
    return parsed
  } catch (cause) {
    throw locate(where, cause)
  }
}

/** An alias after a comma would be read as part of a parameter. */
function refuseAliasLists(uri: string, where: string, aliases: LibvirtConf['aliases']): void {
  const [, ...others] = uri.split(/[,;|]/)
  const alias = others.map((part) => part.trim()).find((part) => aliases.has(part.replace(/^[^=:/?]*=/, '')))
  if (alias === undefined) return
  throw configError(
    where,
    `"${alias}" is another address in the same text`,
    'Give each address by itself: repeat --connect, or put spaces between them in DOMSCOPE_CONNECT.',
  )
}

function checkName(name: string, where: string): string {
  if (NAME.test(name)) return name
  throw configError(where, `"${name}" is not a name for a host${strangerIn(name)}`, NAME_REMEDY)
}

/** The same daemon under two names would double every figure. */
function refuseTwins(parsed: readonly { request: HostRequest; uri: LibvirtUri }[]): void {
  const seen = new Map<string, string>()
  for (const { request, uri } of parsed) {
    const { where } = request
    const key = canonical(uri)
    const first = seen.get(key)
    if (first !== undefined) {
      const again = first === where ? 'given twice' : `given here and by ${first}`
      throw configError(where, `${redactUri(uri)} is ${again}`, 'Connect to each daemon once.')
    }
    seen.set(key, where)
  }
}

/** One text for URIs that differ only in how they are written. */
function canonical({ driver, transport, user, host, port, path, params }: LibvirtUri): string {
  const passed = params.passed.map(decodeURIComponent).sort()
  return JSON.stringify([driver, transport, user, host?.toLowerCase() ?? null, port, path, { ...params, passed }])
}

function refuseNamesakes(hosts: readonly ConfiguredHost[]): void {
  const seen = new Map<string, ConfiguredHost>()
  for (const host of hosts) {
    const first = seen.get(host.name)
    if (first !== undefined) {
      const what = `"${host.name}" would name both ${redactUri(first.uri)} and ${redactUri(host.uri)}`
      throw configError(host.where, what, 'Give each connection its own name, as in NAME=URI.')
    }
    seen.set(host.name, host)
  }
}

function readSim(requests: readonly HostRequest[]): ConfiguredSim | null {
  const [first, second] = requests
  if (first === undefined) return null
  if (second !== undefined) throw configError(second.where, 'there can be one simulated fleet', 'Give one sim: URI.')
  if (first.name !== null) {
    throw configError(first.where, 'a simulated fleet names its hosts itself', `Write ${first.uri} without a name.`)
  }
  try {
    return { uri: first.uri, options: parseSimUri(first.uri) }
  } catch (cause) {
    throw locate(first.where, cause)
  }
}
