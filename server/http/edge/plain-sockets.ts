import type { Socket } from 'node:net'

/** Which plain connection is below an encrypted one: Node does not say, but both have the same other end. */
export class PlainSockets {
  private readonly byEnd = new Map<string, Socket>()
  private readonly below = new WeakMap<Socket, Socket>()

  opened(plain: Socket): void {
    const end = endOf(plain)
    this.byEnd.set(end, plain)
    plain.once('close', () => {
      if (this.byEnd.get(end) === plain) this.byEnd.delete(end)
    })
  }

  secured(encrypted: Socket): void {
    const plain = this.byEnd.get(endOf(encrypted))
    if (plain === undefined) return
    this.below.set(encrypted, plain)
    this.byEnd.delete(endOf(encrypted))
  }

  /** Ends those on which nothing is encrypted yet: no other list has them. */
  cut(): void {
    for (const plain of this.byEnd.values()) plain.destroy()
  }

  /** The plain connection below this one, or itself. */
  of(socket: Socket): Socket {
    return this.below.get(socket) ?? socket
  }
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
