import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'

const LOWEST = 15_000
/** Where Linux begins to take ports for connections that go out, unless it says otherwise. */
const FIRST_OUTGOING = 32_768
const TRIES = 50

/**
 * A loopback port that nobody listened on a moment ago.
 *
 * @remarks Not one that a connection that goes out may be given: a test that stops its server and starts another one on
 * the same port would find it taken now and then.
 */
export async function freePort(): Promise<number> {
  const end = firstOutgoingPort()
  for (let tries = 0; tries < TRIES && end > LOWEST; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (end - LOWEST))
    if (await canListen(port)) return port
  }
  return anyPort()
}

function firstOutgoingPort(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10)
  } catch {
    return FIRST_OUTGOING
  }
}

const canListen = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => true,
    () => false,
  )

const anyPort = (): Promise<number> => listenOnce(0)

function listenOnce(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
