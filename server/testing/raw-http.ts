import { connect, type Socket } from 'node:net'

/** What came back on a raw connection. */
export interface RawAnswer {
  readonly status: number
  /** Field names in lower case; a field that came twice is joined with a comma. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Everything, as latin1. */
  readonly text: string
}

/** Writes bytes to a port of this machine and reads until the other side closes. */
export function rawExchange(port: number, request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that refuses and cuts may reset while we still write: what it said before counts.
      if (chunks.length === 0) reject(error)
    })
    socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks).toString('latin1'))))
    socket.write(request, 'latin1')
  })
}

export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine, ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const cut = line.indexOf(':')
    const name = line.slice(0, cut).toLowerCase()
    const value = line.slice(cut + 1).trim()
    const known = headers.get(name)
    headers.set(name, known === undefined ? value : `${known}, ${value}`)
  }
  const body = end < 0 ? '' : text.slice(end + 4)
  return { status: Number(statusLine?.split(' ')[1] ?? 0), headers, body, text }
}

/** A request with `Connection: close` and a loopback Host, unless the fields say otherwise. */
export function rawRequest(
  target: string,
  fields: Readonly<Record<string, string>> = {},
  { method = 'GET', version = '1.1' }: { method?: string; version?: string } = {},
): string {
  const all = { Host: 'localhost', Connection: 'close', ...fields }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${method} ${target} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n`
}

export const HANDSHAKE: Readonly<Record<string, string>> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol': 'domscope.v1',
}
