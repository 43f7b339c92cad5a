import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { ownAddress } from './address.ts'

/** A server that does not answer within this time counts as gone. */
const TIMEOUT_MS = 8000

interface ErrorAnswer {
  readonly code?: unknown
  readonly message?: unknown
}

/**
 * Reads JSON from the server's own API.
 *
 * @param path - From the root of Domscope: `/api/v1/…`.
 * @throws {@link DomscopeError} with the server's code and message; `API_UNREACHABLE` when there was no answer.
 */
export function readApi<T>(path: string, signal: AbortSignal): Promise<T> {
  return ask(path, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) })
}

/**
 * Changes something on the server. `X-CSRF` is what pages of other sites cannot send.
 *
 * @throws {@link DomscopeError} as {@link readApi}.
 */
export function writeApi<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' }
  return ask(path, {
    method,
    headers: { 'X-CSRF': '1', ...json },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(ownAddress(path), { cache: 'no-store', ...init })
  } catch (cause) {
    throw new DomscopeError('API_UNREACHABLE', 'The Domscope server does not answer.', { radius: 'client', cause })
  }
  if (!response.ok) throw await errorFrom(response, path)
  try {
    return (await response.json()) as T
  } catch (cause) {
    throw new DomscopeError('API_MALFORMED', `The server's answer to ${path} is not JSON.`, { radius: 'client', cause })
  }
}

async function errorFrom(response: Response, path: string): Promise<DomscopeError> {
  const plain = `The server answered ${response.status} to ${path}.`
  try {
    const { code, message } = (await response.json()) as ErrorAnswer
    return new DomscopeError(
      typeof code === 'string' ? code : `HTTP_${response.status}`,
      typeof message === 'string' ? message : plain,
      { radius: 'client' },
    )
  } catch (cause) {
    return new DomscopeError(`HTTP_${response.status}`, plain, { radius: 'client', cause })
  }
}
