import { DomscopeError } from '../../lib/errors/domscope-error.ts'

const HIGHEST_PORT = 65_535

/** Why a socket cannot be listened on, and which other one to try. */
export function listenError(cause: NodeJS.ErrnoException, host: string, port: number): DomscopeError {
  const other = port < HIGHEST_PORT ? port + 1 : port - 1
  const options = { radius: 'process', detail: { host, port }, cause } as const
  const shown = host.includes(':') ? `[${host}]` : host
  if (cause.code === 'EADDRINUSE') {
    return new DomscopeError('PORT_TAKEN', `port ${port} on ${host} is taken by another process`, {
      ...options,
      remedy: `Choose another one with --listen ${shown}:${other}.`,
    })
  }
  if (cause.code === 'EACCES') {
    return new DomscopeError('PORT_FORBIDDEN', `port ${port} on ${host} is reserved for privileged processes`, {
      ...options,
      remedy: `Choose one above 1023 with --listen ${shown}:8080.`,
    })
  }
  return new DomscopeError('CANNOT_LISTEN', `cannot listen on ${shown}:${port} (${cause.code ?? cause.message})`, {
    ...options,
    remedy: 'Give an address of this machine with --listen HOST:PORT.',
  })
}
