import { element, setText } from './dom.ts'

/** A notice is read in this time; then the next one takes its place. */
const TURN_MS = 10_000

/** Sentences for whoever looks after the screen, one at a time at its foot. */
export class Notices {
  readonly root = element('div', 'wall-notices')
  private readonly sentences = new Map<string, { readonly text: string; readonly until: number }>()

  /** Says a sentence, or another in its place; null takes it back. `until` is on the browser's monotonic clock, ms. */
  say(key: string, text: string | null, until = Number.POSITIVE_INFINITY): void {
    if (text === null) this.sentences.delete(key)
    else this.sentences.set(key, { text, until })
  }

  /** Whether there is anything to say. */
  paint(now: number): boolean {
    for (const [key, { until }] of this.sentences) if (now >= until) this.sentences.delete(key)
    const all = [...this.sentences.values()]
    setText(this.root, all[Math.floor(now / TURN_MS) % Math.max(1, all.length)]?.text ?? '')
    return all.length > 0
  }
}
