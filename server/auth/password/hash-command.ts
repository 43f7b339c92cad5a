import { createInterface } from 'node:readline'
import { configError } from '../../config/config-error.ts'
import { ARGON2_OPTIONS, loadArgon2 } from './argon2.ts'

const LEAST = 8
const MOST = 1024

/** Where a password is asked for. */
export interface Terminal {
  /** Somebody sits there: the password is asked for twice, and not shown. */
  readonly isTerminal: boolean
  /** One line without its end; null when there is no more. */
  ask(question: string): Promise<string | null>
  close(): void
}

/**
 * `--hash-password`: a line for the password file.
 *
 * @throws DomscopeError `BAD_CONFIG` for a password that is too short or too long, or was typed in two ways.
 */
export async function passwordLine(user: string, terminal: Terminal): Promise<string> {
  try {
    const password = (await terminal.ask(`Password for ${user}: `)) ?? ''
    if (password.length < LEAST || password.length > MOST) {
      throw configError('--hash-password', 'this password will not do', `Take one of ${LEAST} to ${MOST} characters.`)
    }
    if (terminal.isTerminal && (await terminal.ask('Once more: ')) !== password) {
      throw configError('--hash-password', 'these were two passwords', 'Start again.')
    }
    return `${user}:${await loadArgon2().hash(password, ARGON2_OPTIONS)}\n`
  } finally {
    terminal.close()
  }
}

/** Standard input, and questions on standard error: standard output is for the line. */
export function processTerminal(): Terminal {
  const { stdin, stderr } = process
  const isTerminal = stdin.isTTY === true
  // In its own output readline would show what is typed.
  const lines = createInterface({ input: stdin, terminal: isTerminal })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    isTerminal,
    async ask(question) {
      if (isTerminal) stderr.write(question)
      const { value, done } = (await iterator.next()) as IteratorResult<string, undefined>
      if (isTerminal) stderr.write('\n')
      return done === true ? null : value
    },
    close: () => lines.close(),
  }
}
