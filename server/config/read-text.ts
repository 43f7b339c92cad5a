import { TextDecoder } from 'node:util'
import { configError } from './config-error.ts'
import type { ConfigSources } from './sources.ts'

/** Marks at the start of files in encodings that we do not read, longest first. */
const OTHER_ENCODINGS: readonly (readonly [readonly number[], string])[] = [
  [[0xff, 0xfe, 0, 0], 'UTF-32'],
  [[0, 0, 0xfe, 0xff], 'UTF-32'],
  [[0xff, 0xfe], 'UTF-16'],
  [[0xfe, 0xff], 'UTF-16'],
  [[0x2b, 0x2f, 0x76], 'UTF-7'],
]
const SAVE_AS = 'Save it as UTF-8.'

/**
 * The text of a file in UTF-8, with or without a byte order mark; null when there is no such file.
 *
 * @param where - The setting that names the file, for messages.
 * @throws DomscopeError `BAD_CONFIG` when it cannot be read, or is in another encoding: which, or in which line.
 */
export function readText(path: string, where: string, readFile: ConfigSources['readFile']): string | null {
  let bytes: Uint8Array | null
  try {
    bytes = readFile(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    const why = code === 'EACCES' ? 'this user may not read it' : code === 'EISDIR' ? 'it is a directory' : code
    throw configError(where, `${path} cannot be read: ${why}`, 'Give a file that this user can read.', cause)
  }
  return bytes === null ? null : decodeText(bytes, path)
}

function decodeText(bytes: Uint8Array, path: string): string {
  const encoding = encodingOf(bytes)
  if (encoding !== null) throw configError(path, `this is ${encoding}, not UTF-8`, SAVE_AS)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const { line, byte } = firstFault(bytes)
    const what = `this is not UTF-8: byte 0x${byte.toString(16).padStart(2, '0')} has no meaning there`
    throw configError(`${path}:${line}`, what, SAVE_AS, cause)
  }
}

/** What the file is in, where that is not UTF-8: by its mark, or by the zeros beside plain letters. */
function encodingOf(bytes: Uint8Array): string | null {
  const marked = OTHER_ENCODINGS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))
  if (marked !== undefined) return marked[1]
  const [first, second] = bytes
  if (first === undefined || second === undefined || (first === 0) === (second === 0)) return null
  return 'UTF-16'
}

/** The first byte that no text in UTF-8 has at its place, and its line. */
function firstFault(bytes: Uint8Array): { line: number; byte: number } {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isPrefix(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  // What follows a character that is cut is not to blame; its own bytes are.
  if (!isPrefix(bytes.subarray(0, good), false)) good--
  return { line: bytes.subarray(0, good).filter((byte) => byte === 10).length + 1, byte: bytes[good] ?? 0 }
}

/** Whether a text in UTF-8 can begin so; its last character may be cut unless it is the whole text. */
function isPrefix(bytes: Uint8Array, stream = true): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream })
    return true
  } catch {
    return false
  }
}
