import { type DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { markInvisible } from '../../lib/text/mark-invisible.ts'
import { configError } from './config-error.ts'
import { parseJson } from './parse-json.ts'
import { linesOfJson, parseYaml, type SettingsText } from './yaml/parse-yaml.ts'

/**
 * Reads the text of a config file: JSON or YAML by the end of its name, else by its first sign.
 *
 * @throws DomscopeError `BAD_CONFIG` with line and column.
 */
export function parseSettings(text: string, path: string): SettingsText {
  if (!isJson(text, path)) return parseYaml(text, path)
  const value = parseJson(text, path)
  return { value, lines: linesOfJson(text, path) }
}

function isJson(text: string, path: string): boolean {
  const end = /\.(json|ya?ml)$/i.exec(path)?.[1]?.toLowerCase()
  return end === undefined ? /^\s*[{[]/.test(text) : end === 'json'
}

/** The same error with the line in its place, where the file at `path` is to blame and the line is known. */
export function withLine(error: unknown, path: string, lines: ReadonlyMap<string, number>): unknown {
  const known = findDomscopeError(error)
  const where = known?.detail.where
  if (known === null || typeof where !== 'string' || !where.startsWith(`${path}: `)) return error
  const line = lineOf(where.slice(path.length + 2).replaceAll(': ', '.'), lines)
  return line === null ? error : moved(known, where, `${path}:${line}${where.slice(path.length)}`)
}

/** The line of a place, or of what is around it where it is not there itself, as with a key that is missing. */
function lineOf(place: string, lines: ReadonlyMap<string, number>): number | null {
  for (
    let end = place.length;
    end > 0;
    end = Math.max(place.lastIndexOf('.', end - 1), place.lastIndexOf('[', end - 1))
  ) {
    const line = lines.get(place.slice(0, end))
    if (line !== undefined) return line
  }
  return null
}

function moved(error: DomscopeError, from: string, to: string): DomscopeError {
  const what = error.message.slice(markInvisible(`${from}: `).length)
  return configError(to, what, error.remedy ?? 'See domscope --help.', error)
}
