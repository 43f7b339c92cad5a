import type { IncomingMessage } from 'node:http'
import { type HttpProblem, problem } from './problem.ts'

/** Logins and wall links are small; nothing else has a body. */
const MAX_BODY_BYTES = 16 * 1024

export type ReadBody =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: HttpProblem }

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

/**
 * Reads the body of a request that changes something: a JSON object, or nothing, which is an empty object.
 *
 * @remarks JSON alone: forms of other sites cannot send it. The time is bounded by the server's `requestTimeout`.
 */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  if (!hasBody(request)) return { ok: true, value: {} }
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    return bad(415, 'BODY_NOT_JSON', 'A body here is application/json.')
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) return tooLarge()
    chunks.push(chunk)
  }
  return parse(Buffer.concat(chunks))
}

function parse(bytes: Buffer): ReadBody {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return bad(400, 'BODY_NOT_JSON', 'The body is not JSON.')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { ok: true, value: value as Record<string, unknown> }
  }
  return bad(400, 'BODY_NOT_JSON', 'The body must be a JSON object.')
}

function tooLarge(): ReadBody {
  return bad(413, 'BODY_TOO_LARGE', `A body here has at most ${MAX_BODY_BYTES} bytes.`)
}

function bad(status: number, code: string, message: string): ReadBody {
  return { ok: false, problem: problem(status, code, message) }
}
