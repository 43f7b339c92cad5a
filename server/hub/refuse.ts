import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'

const OUR_PROTOCOL = /^domscope\.v\d{1,4}$/
const RETRY_AFTER_SECONDS = 2

/** Which of the offered subprotocols is ours; another version only if this one is not among them; null for none. */
export function offeredProtocol(header: string | undefined): string | null {
  const offered = (header ?? '').split(',').map((name) => name.trim())
  if (offered.includes(SUBPROTOCOL)) return SUBPROTOCOL
  return offered.find((name) => OUR_PROTOCOL.test(name)) ?? null
}

/** Answers an upgrade request with an HTTP error and closes the connection. */
export function refuse(socket: Duplex, status: 400 | 503, message: string): void {
  const body = JSON.stringify({ code: status === 400 ? 'UPGRADE_REFUSED' : 'UNAVAILABLE', message, detail: {} })
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 503 ? [`Retry-After: ${RETRY_AFTER_SECONDS}`] : []),
  ]
  socket.on('error', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
