/** What a domain's state amounts to, for counting and drawing. */
export type StateKind = 'running' | 'paused' | 'off' | 'crashed' | 'unknown'

/** The words in which the server names libvirt's states. A domain on its way down still has its process. */
const KINDS: ReadonlyMap<string, StateKind> = new Map([
  ['running', 'running'],
  ['idle', 'running'],
  ['in shutdown', 'running'],
  ['paused', 'paused'],
  ['pmsuspended', 'paused'],
  ['shut off', 'off'],
  ['crashed', 'crashed'],
])

/** The kind of a state by its word; *unknown* for words that libvirt added later. */
export function stateKind(word: string): StateKind {
  return KINDS.get(word) ?? 'unknown'
}
