import { LineCounter, parseDocument, type YAMLParseError } from 'yaml'
import { configError } from '../config-error.ts'
import { NodeReader } from './node-reader.ts'

const REMEDIES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with blanks.',
  DUPLICATE_KEY: 'Keep one of the two.',
  MULTIPLE_DOCS: 'Leave out the line --- and what follows.',
}
const WHAT: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab indents this line',
  DUPLICATE_KEY: 'this key stands twice',
  MULTIPLE_DOCS: 'a second document begins',
}

/** What a config file holds, and where. */
export interface SettingsText {
  readonly value: unknown
  /** Line, from 1, of each place (`hosts[0].uri`); empty where the whole text is one line. */
  readonly lines: ReadonlyMap<string, number>
}

/**
 * Reads YAML 1.2 that somebody wrote.
 *
 * @throws DomscopeError `BAD_CONFIG` with line and column.
 */
export function parseYaml(text: string, path: string): SettingsText {
  const { document, counter, faults } = compose(text, path)
  if (faults[0] !== undefined) throw syntaxError(faults[0], path, counter)
  if (document.directives.yaml.version !== '1.2') {
    throw configError(`${path}: %YAML`, 'only YAML 1.2 is read', 'Leave the line with %YAML out.')
  }
  const reader = new NodeReader(path, counter)
  const value = reader.read(document.contents, '')
  return { value: value ?? {}, lines: reader.lines }
}

/**
 * Where the values of a text stand that is JSON already.
 *
 * @throws DomscopeError `BAD_CONFIG` for a key that stands twice, of which JavaScript would keep the last.
 */
export function linesOfJson(text: string, path: string): ReadonlyMap<string, number> {
  const { document, counter, faults } = compose(text, path)
  const twice = faults.find(({ code }) => code === 'DUPLICATE_KEY')
  if (twice !== undefined) throw syntaxError(twice, path, counter)
  const reader = new NodeReader(path, counter)
  if (faults.length === 0 && text.trim().includes('\n')) reader.read(document.contents, '')
  return reader.lines
}

type Fault = Pick<YAMLParseError, 'code' | 'message' | 'pos'>

function compose(text: string, path: string) {
  const counter = new LineCounter()
  try {
    // Scalars stay as they were written; what they mean is ours to say.
    const document = parseDocument(text, { schema: 'failsafe', lineCounter: counter, prettyErrors: false })
    return { document, counter, faults: [...document.errors, ...document.warnings] as readonly Fault[] }
  } catch (error) {
    if (error instanceof RangeError) throw configError(path, 'this is nested too deeply', 'Write it flatter.', error)
    throw error
  }
}

function syntaxError({ code, message, pos }: Fault, path: string, counter: LineCounter) {
  const { line, col } = counter.linePos(pos[0])
  const what = WHAT[code] ?? `this is not YAML (${message.split('\n')[0]})`
  return configError(`${path}:${line}:${col}`, what, REMEDIES[code] ?? 'Correct it there; JSON is understood as well.')
}
