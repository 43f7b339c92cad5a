import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { headerOf, splitMessages } from './daemon-messages.ts'

/** A unix socket in front of a daemon's that keeps replies to itself. */
export interface LosingProxy {
  readonly uri: string
  /** Replies to this procedure that are still to be kept, on connections that were open when it was set. */
  lose(procedure: number, times: number): void
  /** Connections open now, and replies kept so far. */
  readonly connections: number
  readonly lost: number
  stop(): Promise<void>
}

/** Listens on `path` and passes everything on to the daemon on `daemonSocket`, and back. */
export async function startLosingProxy(path: string, daemonSocket: string): Promise<LosingProxy> {
  const left = new Map<number, number>()
  const sockets = new Set<Socket>()
  const state = { connections: 0, lost: 0, before: 0, opened: 0 }
  const server = createServer((client) => {
    const daemon = connect(daemonSocket)
    const number = state.opened++
    state.connections++
    let rest: Uint8Array = new Uint8Array(0)
    daemon.on('data', (chunk: Buffer) => {
      const split = splitMessages(Buffer.concat([rest, chunk]))
      rest = split.rest
      for (const message of split.messages) {
        const { procedure, type } = headerOf(message)
        const times = left.get(procedure) ?? 0
        if (type !== 1 || times === 0 || number >= state.before) client.write(message)
        else {
          left.set(procedure, times - 1)
          state.lost++
        }
      }
    })
    client.on('data', (chunk) => daemon.write(chunk))
    for (const [one, other] of [[client, daemon] as const, [daemon, client] as const]) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    client.on('close', () => state.connections--)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    uri: `qemu+unix:///system?socket=${path}`,
    lose(procedure, times) {
      left.set(procedure, times)
      state.before = state.opened
    },
    get connections() {
      return state.connections
    },
    get lost() {
      return state.lost
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      rmSync(path, { force: true })
    },
  }
}
