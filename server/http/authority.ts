import { isIPv4, isIPv6 } from 'node:net'

/** Host and port as a `Host` header or an origin gives them. */
export interface Authority {
  /** Lower case; IPv6 without brackets. */
  readonly host: string
  readonly port: number | null
  readonly kind: 'name' | 'ipv4' | 'ipv6'
}

const MAX_AUTHORITY = 260
const BRACKETED = /^\[([0-9a-f:.]+)\](?::(\d{1,5}))?$/i
const PLAIN = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?$/i
const MAX_PORT = 65_535

/**
 * Parses `host[:port]` strictly; null for everything else.
 *
 * @remarks No decoding and no leniency: user names, spaces, percent signs, a trailing dot, an empty port, IPv4 in any
 * but the dotted form browsers send, and raw non-ASCII names all give null or a plain name that no list holds.
 */
export function parseAuthority(text: string): Authority | null {
  if (text.length > MAX_AUTHORITY) return null
  const bracketed = BRACKETED.exec(text)
  if (bracketed !== null) return build(bracketed[1]!, bracketed[2], 'ipv6')
  const plain = PLAIN.exec(text)
  if (plain === null) return null
  return build(plain[1]!, plain[2], isIPv4(plain[1]!) ? 'ipv4' : 'name')
}

function build(rawHost: string, rawPort: string | undefined, kind: Authority['kind']): Authority | null {
  const host = rawHost.toLowerCase()
  if (kind === 'ipv6' && !isIPv6(host)) return null
  const port = rawPort === undefined ? null : Number(rawPort)
  if (port !== null && (port === 0 || port > MAX_PORT)) return null
  return { host, port, kind }
}

/** `localhost`, an address of 127.0.0.0/8, or `::1`. */
export function isLoopback({ host, kind }: Authority): boolean {
  if (kind === 'ipv4') return host.startsWith('127.')
  return kind === 'ipv6' ? /^(?:0{0,4}:){2,7}0{0,3}1$/.test(host) : host === 'localhost'
}

/** An address that no machine has: `0.0.0.0`, `::`. */
export function isUnspecified({ host, kind }: Authority): boolean {
  if (kind === 'ipv4') return host === '0.0.0.0'
  return kind === 'ipv6' && /^[0:]+$/.test(host)
}
