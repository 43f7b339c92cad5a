import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { headerValues, type TrustedProxies, type Visitor } from '../request-policy.ts'

/** Whether bytes on this connection are encrypted by us. */
export function isEncrypted(socket: object): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true
}

/**
 * Who asks.
 *
 * @remarks Anybody can write `X-Forwarded-*`, so these fields count only on connections from `trusted` addresses. Of a
 * chain the last entry counts that none of them wrote: what stands before it came from outside.
 */
export function visitorOf({ socket, rawHeaders }: Asked, trusted: TrustedProxies | undefined): Visitor {
  const peer = socket.remoteAddress ?? ''
  const own = { address: peer, scheme: isEncrypted(socket) ? 'https' : null, host: null } as const
  if (trusted === undefined || !trusted.has(peer)) return own
  const scheme = lastOf(rawHeaders, 'x-forwarded-proto')?.toLowerCase()
  return {
    address: farthest(peer, listOf(rawHeaders, 'x-forwarded-for'), trusted),
    scheme: scheme === 'http' || scheme === 'https' ? scheme : own.scheme,
    host: lastOf(rawHeaders, 'x-forwarded-host'),
  }
}

type Asked = Pick<IncomingMessage, 'rawHeaders'> & { readonly socket: Pick<Socket, 'remoteAddress'> }

function farthest(peer: string, hops: readonly string[], trusted: TrustedProxies): string {
  let address = peer
  for (const hop of hops.toReversed()) {
    // A proxy that does not know says `unknown`, or a name of its own: then the one before it is all we know.
    if (!trusted.has(address) || isIP(hop) === 0) break
    address = hop
  }
  return address
}

function listOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return headerValues(rawHeaders, name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
}

function lastOf(rawHeaders: readonly string[], name: string): string | null {
  const last = listOf(rawHeaders, name).at(-1)
  return last === undefined || last === '' ? null : last
}
