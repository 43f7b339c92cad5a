import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Server as TlsServer } from 'node:tls'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { refuseSocket, sendJson, sendProblem } from './answer.ts'
import { answerApi, bodyProblem, methodProblem, type Served } from './answer-api.ts'
import { belowBase, outsideBase } from './edge/base-path.ts'
import { createBareServer, tlsOptions } from './edge/create-server.ts'
import { PlainSockets } from './edge/plain-sockets.ts'
import type { TlsFiles } from './edge/tls-files.ts'
import { visitorOf } from './edge/visitor.ts'
import { createHalfOpenBudget, type HalfOpenBudget } from './half-open.ts'
import type { HttpLimits } from './limits.ts'
import { listenError } from './listen-error.ts'
import type { Pages } from './pages.ts'
import { type HttpProblem, problem, problemOf } from './problem.ts'
import { hasBody } from './read-body.ts'
import { Refusals } from './refusals.ts'
import { checkRequest, type RequestPolicy, type Visitor } from './request-policy.ts'
import type { RouteAnswer } from './route.ts'
import { findRoute } from './router.ts'
import { streamBody } from './stream-body.ts'
import { StreamDoor, type StreamHub } from './stream-door.ts'
import { StreamGate } from './stream-gate.ts'

type StreamAnswer = Extract<RouteAnswer, { kind: 'stream' }>

export interface HttpServerOptions {
  readonly limits: HttpLimits
  readonly policy: RequestPolicy
  /** The path that everything is below: `/vms`, or empty. */
  readonly basePath: string
  /** Certificate and key; null to speak plainly. */
  readonly tls: TlsFiles | null
  /** Everything but who asks. */
  readonly context: Served
  readonly pages: Pages
  readonly hub: StreamHub
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
}

/** The HTTP side: API, pages, and the one door to the stream. */
export class HttpServer {
  private readonly options: HttpServerOptions
  private readonly server: Server
  private readonly door: StreamDoor
  private readonly halfOpen: HalfOpenBudget<Socket>
  private readonly refusals: Refusals
  private readonly plain = new PlainSockets()
  private readonly stopWatching: () => void
  /** Answers under way, by socket: garbage behind a request must not be answered into the middle of one. */
  private readonly underWay = new WeakMap<Duplex, ServerResponse>()

  constructor(options: HttpServerOptions) {
    this.options = options
    const refuse = this.refuse.bind(this)
    this.door = new StreamDoor({
      ...options,
      auth: options.context.auth.authenticator,
      gate: new StreamGate(options.limits, options.clock),
      refuse,
    })
    this.halfOpen = createHalfOpenBudget(options.limits.halfOpen, options.clock, options.random)
    this.refusals = new Refusals(options.log)
    this.server = createBareServer(options.limits, options.tls?.pair ?? null)
    this.stopWatching = options.tls === null ? () => {} : this.encrypt(options.tls)
    this.server.on('connection', (socket) => this.accept(socket))
    this.server.on('request', (request, response) => void this.answer(request, response))
    this.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head))
    this.server.on('connect', (request, socket) => {
      this.refuse(problem(405, 'METHOD_NOT_ALLOWED', 'This is no proxy.', {}, ALLOW), addressOf(request.socket), socket)
    })
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.broken(error, socket))
    this.server.on('drop', () => this.refusals.add(problem(503, 'CONNECTIONS_EXHAUSTED', 'Too many connections.'), ''))
  }

  /** Counts for `/healthz`. */
  get counts(): { streams: number; streamsWaiting: number; refusedRequests: number } {
    const { open, waiting } = this.door
    return { streams: open, streamsWaiting: waiting, refusedRequests: this.refusals.total }
  }

  /**
   * @param port - 0 takes any free one.
   * @throws DomscopeError `PORT_TAKEN`, `PORT_FORBIDDEN` or `CANNOT_LISTEN`.
   */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port))
      this.server.once('error', failed)
      this.server.listen(port, host, () => {
        this.server.off('error', failed)
        this.server.on('error', (error) => this.options.log.error('http.server', { error }))
        resolve(this.server.address() as AddressInfo)
      })
    })
  }

  /** Takes nothing new, lets answers under way finish for `graceMs`, then cuts what is left. */
  async close(graceMs: number): Promise<void> {
    this.stopWatching()
    this.door.close()
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    this.server.closeIdleConnections()
    const cancel = this.options.clock.after(graceMs, () => {
      this.server.closeAllConnections()
      this.plain.cut()
      this.door.cut()
    })
    await closed
    cancel()
    await this.options.pages.close()
  }

  /** Takes the certificate into use, now and whenever it changes; returns the undo. */
  private encrypt(tls: TlsFiles): () => void {
    // Node tells of both connections; requests come on the encrypted one, silence is counted on the plain one.
    const server = this.server as unknown as TlsServer
    server.on('connection', (socket) => this.plain.opened(socket))
    server.on('secureConnection', (socket) => this.plain.secured(socket))
    return tls.watch((pair) => server.setSecureContext(tlsOptions(pair)))
  }

  private accept(socket: Socket): void {
    socket.once('close', () => this.halfOpen.settled(socket))
    for (const silent of this.halfOpen.opened(socket)) {
      const why = problem(
        503,
        'CONNECTION_SILENT',
        'Too many connections that send nothing.',
        {},
        { 'Retry-After': '5' },
      )
      // Below TLS nobody would understand what we say.
      if (this.options.tls === null) this.refuse(why, addressOf(silent), silent)
      else this.drop(why, silent)
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.halfOpen.settled(this.plain.of(request.socket))
    this.underWay.set(request.socket, response)
    const head = request.method === 'HEAD'
    try {
      const visitor = this.visitorOf(request)
      const refusal = this.check(request, visitor) ?? this.stripBase(request)
      if (refusal !== null) this.decline(request, response, refusal, visitor)
      else await this.route(request, response, visitor)
    } catch (error) {
      this.options.log.error('http.failed', { path: request.url?.slice(0, 200), error })
      if (response.headersSent) response.destroy()
      else sendProblem(response, problemOf(error), head)
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse, visitor: Visitor): Promise<void> {
    const head = request.method === 'HEAD'
    const { context, pages } = this.options
    const found = findRoute(request.url!)
    if (found === null) {
      const wrong = pages.readOnly ? (methodProblem(request, null) ?? bodyProblem(request)) : null
      return wrong === null ? pages.handle(request, response) : this.decline(request, response, wrong, visitor)
    }
    const answer = await answerApi(request, found, context, visitor)
    if (answer.kind === 'problem') this.decline(request, response, answer.problem, visitor)
    else if (answer.kind === 'json') sendJson(response, answer, head)
    else await sendStream(response, answer, head)
  }

  private check(request: IncomingMessage, visitor: Visitor): HttpProblem | null {
    const { limits, policy } = this.options
    if (request.rawHeaders.length / 2 > limits.maxHeaders) {
      return problem(431, 'TOO_MANY_HEADERS', `A request may have ${limits.maxHeaders} header fields.`)
    }
    return checkRequest({ url: request.url!, rawHeaders: request.rawHeaders, visitor }, policy)
  }

  /** From here on the request's target is what routes and pages know; a problem when it is not below the base path. */
  private stripBase(request: IncomingMessage): HttpProblem | null {
    const { basePath } = this.options
    const url = belowBase(request.url!, basePath)
    if (url === null) return outsideBase(basePath)
    request.url = url
    return null
  }

  private decline(request: IncomingMessage, response: ServerResponse, why: HttpProblem, { address }: Visitor): void {
    if (why.status !== 404) this.refusals.add(why, address)
    // What follows on this socket may be the body that was refused.
    if (why.status >= 400 && hasBody(request)) response.setHeader('Connection', 'close')
    sendProblem(response, why, request.method === 'HEAD')
  }

  private visitorOf(request: IncomingMessage): Visitor {
    return visitorOf(request, this.options.policy.trusted)
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.halfOpen.settled(this.plain.of(request.socket))
    const visitor = this.visitorOf(request)
    const { policy, pages } = this.options
    // What was upgraded may be silent for as long as it likes.
    request.socket.setTimeout(0)
    const refusal =
      checkRequest({ url: request.url!, rawHeaders: request.rawHeaders, visitor }, policy) ?? this.stripBase(request)
    if (refusal !== null) this.refuse(refusal, visitor.address, socket)
    else if (pages.upgrade !== undefined && request.url!.startsWith('/_next/')) pages.upgrade(request, socket, head)
    else this.door.enter(request, socket, head, visitor.address)
  }

  private broken(error: NodeJS.ErrnoException, socket: Duplex): void {
    const response = this.underWay.get(socket)
    if (error.code === 'ECONNRESET' || (response?.headersSent && !response.writableFinished)) socket.destroy()
    else if (isHandshake(error)) this.drop(tlsProblem(error), socket as Socket)
    else this.refuse(parseProblem(error.code ?? ''), addressOf(socket as Socket), socket)
  }

  private refuse(why: HttpProblem, address: string, socket: Duplex): void {
    this.refusals.add(why, address)
    refuseSocket(socket, why)
  }

  /** For connections on which there is nothing to answer with. */
  private drop(why: HttpProblem, socket: Socket): void {
    this.refusals.add(why, addressOf(socket))
    socket.destroy()
  }
}

function addressOf({ remoteAddress }: Socket): string {
  return remoteAddress ?? ''
}

/** Whether a client failed to come to terms about TLS, as those do who speak plainly or do not know who signed. */
function isHandshake({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL_') || code === 'ERR_TLS_HANDSHAKE_TIMEOUT' || code === 'EPROTO'
}

function tlsProblem({ code = '' }: NodeJS.ErrnoException): HttpProblem {
  return problem(400, 'TLS_FAILED', `A client and this server found no common TLS (${code}).`)
}

async function sendStream(response: ServerResponse, answer: StreamAnswer, head: boolean): Promise<void> {
  response.setHeader('Content-Type', answer.type)
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  if (head) response.end()
  else await streamBody(response, answer.pieces)
}

const ALLOW = { Allow: 'GET, HEAD' }

/** What Node's parser or its timers made of a request, by error code. */
function parseProblem(code: string): HttpProblem {
  if (code === 'HPE_HEADER_OVERFLOW') return problem(431, 'HEADERS_TOO_LARGE', 'The request header is too large.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problem(408, 'REQUEST_TIMEOUT', 'The request came too slowly.')
  return problem(400, 'BAD_REQUEST', 'This is not an HTTP/1.1 request.')
}
