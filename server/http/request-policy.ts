import { type Authority, isLoopback, isUnspecified, parseAuthority } from './authority.ts'
import { type HttpProblem, problem, quoted } from './problem.ts'

/** Addresses whose word on who is behind them is taken. */
export interface TrustedProxies {
  has(address: string): boolean
}

/** Who asks, as far as it is known: from the connection, or from a proxy that may be believed. */
export interface Visitor {
  readonly address: string
  /** How the browser came; null where a proxy may stand before us that does not say. */
  readonly scheme: 'http' | 'https' | null
  /** What the browser asked for as `Host`; null where the request's own field says it. */
  readonly host: string | null
}

/** What decides which pages may talk to this server. */
export interface RequestPolicy {
  /** Names besides the loopback ones under which the server may be addressed; lower case. */
  readonly names: ReadonlySet<string>
  /** Pages may also live under addresses of this machine: it listens beyond loopback. */
  readonly addresses?: boolean
  /** Who may say in `X-Forwarded-*` who asks; nobody when left out. */
  readonly trusted?: TrustedProxies
}

/** The part of a request that the rules look at. `rawHeaders` as Node gives it: name, value, name, value. */
export interface RequestHead {
  readonly url: string
  readonly rawHeaders: readonly string[]
  /** What is known beyond the fields of the request. */
  readonly visitor?: Pick<Visitor, 'scheme' | 'host'>
}

/** All values of a header field, in order. Node's own `headers` hides that a field came twice. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!)
  }
  return values
}

/**
 * The rules that every request and every upgrade must pass first; null when it may go on.
 *
 * @remarks A web page of another site can make a browser send requests here, and can give its own name this machine's
 * address (DNS rebinding). So `Host` must be a name we know or an address, which cannot be rebound (S-2), and an
 * `Origin`, which browsers set and pages cannot forge, must be the very host and port that was asked, under a name we
 * know (S-3). Any port will do, because `ssh -L` and editors forward under other ports. Requests without `Origin`
 * pass: where a cookie is what lets somebody in, the authenticator asks for one.
 */
export function checkRequest({ url, rawHeaders, visitor }: RequestHead, policy: RequestPolicy): HttpProblem | null {
  if (!url.startsWith('/') || url.startsWith('//')) {
    return problem(400, 'BAD_TARGET', 'The request target must be a path that starts with one slash.')
  }
  const hosts = headerValues(rawHeaders, 'host')
  if (hosts.length !== 1) {
    return problem(400, 'BAD_HOST', `A request needs exactly one Host header; this one has ${hosts.length}.`)
  }
  const asked = visitor?.host ?? hosts[0]!
  const host = parseAuthority(asked)
  if (host === null) return problem(400, 'BAD_HOST', `The Host header ${quoted(asked)} is not HOST or HOST:PORT.`)
  if (!isAllowedHost(host, policy)) {
    return problem(403, 'HOST_REFUSED', `This server does not answer as ${quoted(host.host)}.`, {
      remedy: 'Use localhost or an address, or add the name to allowedHosts in the config file.',
    })
  }
  return checkOrigin(rawHeaders, { host, scheme: visitor?.scheme ?? null }, policy)
}

function isAllowedHost(host: Authority, policy: RequestPolicy): boolean {
  if (host.kind === 'name') return host.host === 'localhost' || policy.names.has(host.host)
  return !isUnspecified(host)
}

function checkOrigin(rawHeaders: readonly string[], asked: Asked, policy: RequestPolicy): HttpProblem | null {
  const origins = headerValues(rawHeaders, 'origin')
  if (origins.length > 1) return problem(400, 'BAD_ORIGIN', 'A request may have one Origin header, not several.')
  if (origins.length === 1) {
    const origin = parseOrigin(origins[0]!)
    if (origin === null || !matches(origin, asked) || !isOwnName(asked.host, policy)) {
      return problem(403, 'ORIGIN_REFUSED', `Pages of ${quoted(origins[0]!)} may not use this server.`)
    }
  }
  return checkFetchSite(rawHeaders)
}

/**
 * Under which names a page of ours can live. Where only loopback is listened on, an address of another machine is
 * answered, but no page speaks for it.
 */
function isOwnName(host: Authority, policy: RequestPolicy): boolean {
  if (host.kind === 'name') return host.host === 'localhost' || policy.names.has(host.host)
  return isLoopback(host) || (policy.addresses ?? false)
}

/**
 * Browsers leave `Origin` out of simple cross-site reads (`<script src>`, `<img>`), but say so here. A link on another
 * site that a person follows is a navigation and is fine.
 */
function checkFetchSite(rawHeaders: readonly string[]): HttpProblem | null {
  const [site, ...more] = headerValues(rawHeaders, 'sec-fetch-site')
  if (site === undefined) return null
  const [mode] = headerValues(rawHeaders, 'sec-fetch-mode')
  const foreign = more.length > 0 || (site !== 'same-origin' && site !== 'none')
  if (!foreign || mode === 'navigate') return null
  return problem(403, 'ORIGIN_REFUSED', 'Pages of other sites may not use this server.')
}

/** Under which address the server was asked; the scheme is null where a proxy before us may have changed it. */
interface Asked {
  readonly host: Authority
  readonly scheme: 'http' | 'https' | null
}

interface Origin {
  readonly scheme: 'http' | 'https'
  readonly authority: Authority
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const

function parseOrigin(text: string): Origin | null {
  const match = /^(https?):\/\/([^/?#@\s]+)$/i.exec(text)
  if (match === null) return null
  const authority = parseAuthority(match[2]!)
  return authority === null ? null : { scheme: match[1]!.toLowerCase() as Origin['scheme'], authority }
}

/** Same host, port and scheme, where a port left out is the scheme's. */
function matches({ scheme, authority }: Origin, { host, scheme: known }: Asked): boolean {
  if (known !== null && known !== scheme) return false
  const defaultPort = DEFAULT_PORTS[scheme]
  return authority.host === host.host && (authority.port ?? defaultPort) === (host.port ?? defaultPort)
}
