import type { LibvirtUri } from './uri.ts'
import { redactUriText } from './uri-redact.ts'

/** The URI without secrets: for pages, API and logs. */
export function redactUri(uri: LibvirtUri): string {
  return redactUriText(uri.text)
}

/**
 * The name to send in CONNECT_OPEN: the URI without transport, user, host, port and the parameters the client uses up.
 *
 * @remarks Driver `remote` gives the empty string: the daemon chooses.
 */
export function nameForOpen(uri: LibvirtUri): string {
  if (uri.params.name !== null) return uri.params.name
  if (uri.driver === 'remote') return ''
  return strippedUri(uri, [])
}

/** The URI for virt-ssh-helper: as {@link nameForOpen}, but the parameters that choose a socket stay. */
export function nameForHelper(uri: LibvirtUri): string {
  const kept: string[] = []
  if (uri.params.mode !== 'auto') kept.push(`mode=${uri.params.mode}`)
  if (uri.params.socket !== null) kept.push(`socket=${encodeURIComponent(uri.params.socket).replaceAll('%2F', '/')}`)
  return strippedUri(uri, kept)
}

function strippedUri(uri: LibvirtUri, kept: readonly string[]): string {
  const query = [...kept, ...uri.params.passed].join('&')
  const path = encodeURI(uri.path).replaceAll('?', '%3F').replaceAll('#', '%23')
  return `${uri.driver}://${path}${query === '' ? '' : `?${query}`}`
}

/** What distinguishes URIs, from the name people expect to what is needed only in strange set-ups. */
const PARTS: readonly ((uri: LibvirtUri) => string)[] = [
  (uri) => uri.host ?? 'local',
  (uri) => uri.driver,
  (uri) => uri.path.replace(/^\/+/, ''),
  (uri) => uri.user ?? '',
  (uri) => (uri.port === null ? '' : String(uri.port)),
  (uri) => uri.transport,
  (uri) => uri.params.socket?.replace(/^.*\//, '') ?? '',
  (uri) => uri.params.socket ?? '',
  (uri) => redactUri(uri),
]

/** The name of a connection without a name of its own, when it is alone: the host, or `local`. */
export function deriveHostName(uri: LibvirtUri): string {
  return uri.host ?? 'local'
}

/**
 * Names for connections: the host part or `local`; connections that would share it get driver, path and so on appended
 * until they differ. A name depends on the set of URIs, not on their order.
 *
 * @returns names in the order of `uris`; two equal URIs keep one name, which the caller refuses.
 */
export function deriveHostNames(uris: readonly LibvirtUri[]): string[] {
  return uris.map((uri) => {
    const rivals = uris.filter((other) => other !== uri && other.text !== uri.text)
    let name = deriveHostName(uri)
    let alike = rivals.filter((other) => deriveHostName(other) === name)
    for (const part of PARTS.slice(1)) {
      if (alike.length === 0) break
      const own = part(uri)
      const stillAlike = alike.filter((other) => part(other) === own)
      if (stillAlike.length < alike.length && own !== '') name += `-${own}`
      alike = stillAlike
    }
    return name
  })
}
