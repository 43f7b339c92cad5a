/** How far the damage of an error reaches. The next larger thing goes on working. */
export type BlastRadius = 'reply' | 'connection' | 'client' | 'process'

/** Facts that belong to an error: plain values, so that they can be logged and sent as JSON. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean | null>>

/**
 * The one error type of the project.
 *
 * @remarks `code` is stable API in `UPPER_SNAKE`; callers branch on it, never on the text. `message` says what
 * happened and where; `remedy` says what the operator can do, in one sentence, and never proposes more privilege
 * than needed.
 */
export class DomscopeError extends Error {
  override readonly name = 'DomscopeError'
  readonly code: string
  readonly radius: BlastRadius
  readonly detail: ErrorDetail
  readonly remedy: string | null

  constructor(
    code: string,
    message: string,
    options: { radius: BlastRadius; detail?: ErrorDetail; remedy?: string; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.radius = options.radius
    this.detail = options.detail ?? {}
    this.remedy = options.remedy ?? null
  }
}

/** Follows `cause` and returns the first DomscopeError, or null. Bounded, because causes may form a cycle. */
export function findDomscopeError(error: unknown): DomscopeError | null {
  let current: unknown = error
  for (let depth = 0; depth < 8 && current !== null && current !== undefined; depth++) {
    if (current instanceof DomscopeError) return current
    current = (current as { cause?: unknown }).cause
  }
  return null
}

/** Marks a branch that the types say cannot be reached. */
export function assertNever(value: never, what: string): never {
  throw new DomscopeError('INTERNAL', `unexpected ${what}: ${String(value)}`, { radius: 'process' })
}
