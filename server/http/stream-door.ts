import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Access } from '../auth/access.ts'
import type { Authenticator, Verdict } from '../auth/authenticator.ts'
import type { Log } from '../log.ts'
import { peerOf } from './answer-api.ts'
import { checkUpgrade } from './check-upgrade.ts'
import { type HttpProblem, problemOf } from './problem.ts'
import type { StreamGate } from './stream-gate.ts'

/** Takes upgrades that were checked and admitted. */
export interface StreamHub {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, access?: Access, address?: string): void
}

interface Door {
  readonly auth: Authenticator
  readonly gate: StreamGate
  readonly hub: StreamHub
  readonly log: Log
  /** Answers and closes a socket. */
  readonly refuse: (why: HttpProblem, address: string, socket: Duplex) => void
}

/** The way of an upgrade to the hub: checked, admitted, handed over, and counted until its socket closes. */
export class StreamDoor {
  private readonly parts: Door
  private readonly inside = new Set<Duplex>()

  constructor(parts: Door) {
    this.parts = parts
  }

  get open(): number {
    return this.inside.size
  }

  get waiting(): number {
    return this.parts.gate.waiting
  }

  /** @param address - Of the one who asks, for limits. */
  enter(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    const { gate, refuse } = this.parts
    const verdict = this.judge(request)
    const wrong = verdict.ok ? checkUpgrade(request) : verdict.problem
    if (wrong !== null) {
      refuse(wrong, address, socket)
      return
    }
    // The parser let go of the socket: while it waits nobody else hears its errors.
    const ignore = () => {}
    socket.on('error', ignore)
    const leave = gate.ask(
      (release) => {
        socket.once('close', release)
        this.handOver(request, socket, head, address)
        socket.off('error', ignore)
      },
      (why) => refuse(why, address, socket),
    )
    socket.once('close', leave)
  }

  /** Lets nobody in any more; those inside stay. */
  close(): void {
    this.parts.gate.close()
  }

  /** Ends the sockets that the hub left open. */
  cut(): void {
    for (const socket of this.inside) socket.destroy()
  }

  private judge(request: IncomingMessage): Verdict {
    return this.parts.auth.authenticate({ rawHeaders: request.rawHeaders, peer: peerOf(request) }, 'stream')
  }

  private handOver(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    // A session may have ended while its stream waited for its turn.
    const verdict = this.judge(request)
    if (!verdict.ok) {
      this.parts.refuse(verdict.problem, address, socket)
      return
    }
    this.inside.add(socket)
    socket.once('close', () => this.inside.delete(socket))
    try {
      this.parts.hub.handleUpgrade(request, socket, head, verdict.access, address)
    } catch (error) {
      this.parts.log.error('http.upgrade', { error })
      this.parts.refuse(problemOf(error), address, socket)
    }
  }
}
