import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { GuardedResponse } from '../answer.ts'
import type { HttpLimits } from '../limits.ts'
import type { TlsPair } from './tls-pair.ts'

/** What Node is told of a certificate; older versions of TLS are not spoken. */
export function tlsOptions({ cert, key }: TlsPair) {
  return { cert, key, minVersion: 'TLSv1.2' } as const
}

/** A server with our bounds, and with TLS where there is a certificate; nobody answers its requests yet. */
export function createBareServer(limits: HttpLimits, pair: TlsPair | null): Server {
  const options = {
    ServerResponse: GuardedResponse,
    // We check Host ourselves, so that the refusal carries our fields.
    requireHostHeader: false,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.connectionsCheckMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
  }
  const server = pair === null ? createServer(options) : createEncrypted({ ...options, ...tlsOptions(pair) }, limits)
  server.maxHeadersCount = limits.maxHeaders
  server.maxRequestsPerSocket = limits.maxRequestsPerSocket
  server.maxConnections = limits.maxConnections
  server.timeout = limits.idleTimeoutMs
  return server
}

function createEncrypted(options: Parameters<typeof createTlsServer>[0], limits: HttpLimits): Server {
  // For those who answer requests both kinds are alike; the types of Node only have no name for what they share.
  return createTlsServer({ ...options, handshakeTimeout: limits.headersTimeoutMs }) as unknown as Server
}
