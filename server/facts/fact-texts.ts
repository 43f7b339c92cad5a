import { type TextKind, withoutSecrets } from './secrets/secret-texts.ts'
import { clip } from './xml-read.ts'

/** Part of a document that was not read, as there is a limit. */
export interface OmittedFacts {
  /** libvirt's word for it: `disk`, `interface`, …; `metadata value`. */
  readonly what: string
  readonly count: number
}

/** The way out for texts that people and tools wrote: without secrets, of a length to show, and counted. */
export class FactTexts {
  /** Values that are kept back so far. */
  keptBack = 0
  readonly #omitted: Map<string, number>

  /** Goes on from what the parser did not read. */
  constructor(omitted: ReadonlyMap<string, number>) {
    this.#omitted = new Map(omitted)
  }

  /** A text as it is shown; null when there is none. */
  shown(raw: string | undefined, kind: TextKind = 'text'): string | null {
    if (raw === undefined) return null
    const { text, kept } = withoutSecrets(raw, kind)
    this.keptBack += kept
    return clip(text)
  }

  omit(what: string, count: number): void {
    if (count > 0) this.#omitted.set(what, (this.#omitted.get(what) ?? 0) + count)
  }

  omitted(): OmittedFacts[] {
    return [...this.#omitted].map(([what, count]) => ({ what, count }))
  }
}
