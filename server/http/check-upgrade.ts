import type { IncomingMessage } from 'node:http'
import { SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import { offeredProtocol } from '../hub/refuse.ts'
import { type HttpProblem, problem } from './problem.ts'
import { STREAM_PATH } from './router.ts'

const WEBSOCKET_VERSION = '13'
const KEY = /^[+/0-9A-Za-z]{22}==$/

/**
 * What an upgrade must be to reach the hub: the stream's exact path and a whole WebSocket handshake (S-1).
 *
 * @remarks Asked before the socket is handed on, so that a refusal carries our fields and says why. An upgrade to
 * another protocol on any path is refused as well: nothing here speaks HTTP/2.
 */
export function checkUpgrade(request: IncomingMessage): HttpProblem | null {
  const { url, method, headers, httpVersion } = request
  if (url !== STREAM_PATH) return problem(400, 'BAD_UPGRADE', `Only ${STREAM_PATH} can be upgraded.`)
  if (httpVersion !== '1.1' || method !== 'GET') {
    return problem(400, 'BAD_UPGRADE', 'A WebSocket opens with GET over HTTP/1.1.')
  }
  if (headers.upgrade?.toLowerCase() !== 'websocket') {
    return problem(400, 'BAD_UPGRADE', 'The only protocol to upgrade to is websocket.')
  }
  if (headers['sec-websocket-version'] !== WEBSOCKET_VERSION) {
    const message = `This server speaks version ${WEBSOCKET_VERSION} of WebSocket.`
    return problem(426, 'BAD_UPGRADE', message, {}, { 'Sec-WebSocket-Version': WEBSOCKET_VERSION })
  }
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) {
    return problem(400, 'BAD_UPGRADE', 'Sec-WebSocket-Key must be 16 bytes in base64.')
  }
  if (offeredProtocol(headers['sec-websocket-protocol']) === null) {
    return problem(400, 'BAD_UPGRADE', `The subprotocol ${SUBPROTOCOL} must be offered.`)
  }
  return null
}
