import { type DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined }

/**
 * Why a request is not answered as asked; becomes `{code, message, detail}` with `status`.
 *
 * @remarks A value, not an exception: routes return it. `code` is stable API. `message` names the thing and what is
 * allowed instead. Text that came from the client goes in only through {@link quoted}.
 */
export interface HttpProblem {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly detail: { readonly [key: string]: JsonValue }
  /** Header fields that belong to the status: `Allow`, `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>
}

export function problem(
  status: number,
  code: string,
  message: string,
  detail: HttpProblem['detail'] = {},
  headers: HttpProblem['headers'] = {},
): HttpProblem {
  return { status, code, message, detail, headers }
}

/** Body of a problem, one line of JSON. */
export function problemBody({ code, message, detail }: HttpProblem): string {
  return `${JSON.stringify({ code, message, detail })}\n`
}

/** The problem that a thrown error becomes. Unknown errors tell nothing of their inside: that goes to the log. */
export function problemOf(error: unknown): HttpProblem {
  const known: DomscopeError | null = findDomscopeError(error)
  if (known === null || known.code === 'INTERNAL') {
    return problem(500, 'INTERNAL', 'The server failed to answer; its log says why.')
  }
  const remedy = known.remedy === null ? '' : ` ${known.remedy}`
  return problem(500, known.code, `${known.message}${remedy}`, known.detail)
}

const MAX_QUOTED = 100

/** Client text made fit for a message: printable ASCII, in quotes, at most 100 characters. */
export function quoted(text: string): string {
  const cut = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
  return `"${cut.replace(/[^\x20-\x7e…]/g, '?').replace(/["\\<>]/g, '?')}"`
}
