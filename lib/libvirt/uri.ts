import { DomscopeError } from '../errors/domscope-error.ts'
import { decodePart } from './uri-decode.ts'
import { badUri } from './uri-error.ts'
import type { UriParams } from './uri-params.ts'
import { parseParams } from './uri-params.ts'
import { refuseHiddenLists, refuseLists, refuseStrangers } from './uri-strangers.ts'

/** Every transport of libvirt's grammar, also those that Domscope cannot use yet. */
export const TRANSPORT_KINDS = ['unix', 'ssh', 'tls', 'tcp', 'libssh', 'libssh2', 'ext'] as const
export type TransportKind = (typeof TRANSPORT_KINDS)[number]

/** A connection URI, taken apart: `driver[+transport]://[user@][host][:port]/[path][?param=value&…]`. */
export interface LibvirtUri {
  /** As it was given. May hold secrets: show {@link redactUri} instead. */
  readonly text: string
  readonly driver: string
  readonly transport: TransportKind
  readonly user: string | null
  /** Without brackets; an IPv6 address may end with `%` and a zone. */
  readonly host: string | null
  readonly port: number | null
  /** With its leading slash, decoded; empty when there is none. */
  readonly path: string
  readonly params: UriParams
}

/**
 * Parses a URI by libvirt's grammar. Escapes are decoded in every part, as libvirt's client does.
 *
 * @throws DomscopeError `BAD_URI` of radius `process`; detail `position` is the index of the offending character and `uri`
 * the text without secrets.
 */
export function parseLibvirtUri(text: string): LibvirtUri {
  refuseStrangers(text)
  refuseLists(text)
  const schemeEnd = text.indexOf('://')
  if (schemeEnd <= 0) throw badUri(text, 0, 'a URI starts with a driver and "://"')
  const { driver, transport } = parseScheme(text, text.slice(0, schemeEnd))
  const authorityStart = schemeEnd + 3
  const rest = text.slice(authorityStart)
  if (rest.includes('#')) throw badUri(text, text.indexOf('#'), 'a fragment has no meaning here')
  const authorityLength = firstOf(rest, '/?')
  const queryLength = firstOf(rest, '?')
  const authority = parseAuthority(text, authorityStart, rest.slice(0, authorityLength))
  const pathStart = authorityStart + authorityLength
  const rawPath = rest.slice(authorityLength, queryLength)
  const path = decodePart(text, pathStart, rawPath)
  refuseHiddenLists(text, pathStart, rawPath, path)
  const queryStart = authorityStart + queryLength + 1
  const params = parseParams(text, queryStart, text.slice(queryStart))
  const kind = transport ?? (authority.host === null ? 'unix' : 'tls')
  checkHost(text, authorityStart, kind, authority.host)
  return { text, driver, transport: kind, ...authority, path, params }
}

/** The error to show for a transport that does not work yet; null where it does. */
export function transportError(uri: LibvirtUri): DomscopeError | null {
  if (uri.transport === 'unix' || uri.transport === 'ssh') return null
  return new DomscopeError('TRANSPORT_UNSUPPORTED', `transport ${uri.transport} is not supported yet`, {
    radius: 'connection',
    detail: { transport: uri.transport },
    remedy: `Use ${uri.driver}+ssh://${hostInUri(uri)}${uri.path || '/system'}, or run Domscope on that host.`,
  })
}

function parseScheme(text: string, scheme: string): { driver: string; transport: TransportKind | null } {
  const match = /^([A-Za-z][A-Za-z0-9.-]*)(?:\+([A-Za-z0-9]+))?$/.exec(scheme)
  if (match === null) throw badUri(text, 0, 'the part before "://" is a driver, or a driver, "+" and a transport')
  const driver = (match[1] as string).toLowerCase()
  if (match[2] === undefined) return { driver, transport: null }
  const transport = TRANSPORT_KINDS.find((kind) => kind === (match[2] as string).toLowerCase())
  if (transport === undefined) {
    throw badUri(
      text,
      driver.length + 1,
      `there is no transport "${match[2]}"; transports are ${TRANSPORT_KINDS.join(', ')}`,
    )
  }
  return { driver, transport }
}

/** The host as a URI has it. */
function hostInUri({ host }: LibvirtUri): string {
  return host?.includes(':') ? `[${host.replace('%', '%25')}]` : (host ?? 'host')
}

interface Authority {
  readonly user: string | null
  readonly host: string | null
  readonly port: number | null
}

function parseAuthority(text: string, start: number, authority: string): Authority {
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? null : parseUser(text, start, authority.slice(0, at))
  const hostStart = start + at + 1
  const { host, port } = splitPort(text, hostStart, authority.slice(at + 1))
  if (user !== null && host === null) throw badUri(text, hostStart, 'a user needs a host')
  return { user, host, port }
}

function parseUser(text: string, start: number, raw: string): string {
  const user = decodePart(text, start, raw)
  const colon = raw.search(/:|%3a/i)
  if (colon >= 0) throw badUri(text, start + colon, 'a password does not belong into a URI; ssh takes keys and agents')
  const at = raw.indexOf('@')
  if (at >= 0) throw badUri(text, start + at, 'one @ separates user and host; in a name it is written %40')
  // A leading dash would be read as an option by ssh.
  if (user === '' || user.startsWith('-')) throw badUri(text, start, `"${raw}" is not a user name`)
  return user
}

function splitPort(text: string, start: number, raw: string): { host: string | null; port: number | null } {
  const match = /^(\[[^\]]*\]|[^:[\]]*)(?::([^:]*))?$/.exec(raw)
  if (match === null) throw badUri(text, start, 'an IPv6 address stands in brackets, a port follows one colon')
  const host = parseHost(text, start, match[1] as string)
  if (match[2] === undefined || match[2] === '') return { host, port: null }
  const portStart = start + (match[1] as string).length + 1
  const port = Number(match[2])
  if (!/^\d{1,5}$/.test(match[2]) || port < 1 || port > 65_535) throw badUri(text, portStart, 'a port is 1 to 65535')
  if (host === null) throw badUri(text, portStart, 'a port needs a host')
  return { host, port }
}

function parseHost(text: string, start: number, raw: string): string | null {
  if (raw === '') return null
  const bracketed = raw.startsWith('[')
  const host = bracketed ? decodeAddress(text, start + 1, raw.slice(1, -1)) : decodePart(text, start, raw)
  const grammar = bracketed ? /^[0-9A-Fa-f:.]+(?:%[0-9A-Za-z._~+:-]+)?$/ : /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._~-]*$/u
  if (!grammar.test(host)) throw badUri(text, start, `"${raw}" is not a host`)
  return host
}

/** A zone follows `%25`, or, as people write it too, a plain `%`. */
function decodeAddress(text: string, start: number, raw: string): string {
  return decodePart(text, start, raw.includes('%25') ? raw : raw.replace('%', '%25'))
}

function checkHost(text: string, start: number, transport: TransportKind, host: string | null): void {
  if (transport === 'unix' && host !== null)
    throw badUri(text, start, 'transport unix has no host: write three slashes')
  if (transport === 'ssh' && host === null) throw badUri(text, start, 'transport ssh needs a host')
}

/** Index of the first of `characters`, or the length. */
function firstOf(text: string, characters: string): number {
  for (let i = 0; i < text.length; i++) if (characters.includes(text[i] as string)) return i
  return text.length
}
