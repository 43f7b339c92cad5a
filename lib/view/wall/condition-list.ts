/** What can be wrong, the worst first. */
export const CONDITION_KINDS = [
  'unreachable',
  'crashed',
  'ioError',
  'ioStopped',
  'stuck',
  'behind',
  'partial',
  'cpuCapped',
  'diskCapped',
  'seenTwice',
] as const
export type ConditionKind = (typeof CONDITION_KINDS)[number]

/** `wrong` needs somebody now, `look` somebody soon, `note` nobody. */
export type Gravity = 'wrong' | 'look' | 'note'

const GRAVITY: Readonly<Record<ConditionKind, Gravity>> = {
  unreachable: 'wrong',
  crashed: 'wrong',
  ioError: 'wrong',
  ioStopped: 'wrong',
  stuck: 'wrong',
  behind: 'look',
  partial: 'look',
  cpuCapped: 'note',
  diskCapped: 'note',
  seenTwice: 'note',
}

/** What many of a kind are, after their number. */
const SUMMARY: Readonly<Record<ConditionKind, string>> = {
  unreachable: 'out of reach',
  crashed: 'crashed',
  ioError: 'paused by I/O error',
  ioStopped: 'I/O stopped',
  stuck: 'stuck',
  behind: 'behind',
  partial: 'partial',
  cpuCapped: 'at CPU cap',
  diskCapped: 'at I/O limit',
  seenTwice: 'note on rows seen twice',
}

/** Whom it is about, by row. */
export interface ConditionSubject {
  readonly entity: 'domain' | 'host'
  readonly row: number
}

export interface Condition {
  readonly kind: ConditionKind
  readonly gravity: Gravity
  /** Null for what is about the whole. */
  readonly subject: ConditionSubject | null
  readonly words: string
  /** Among those of its kind, the greatest is the worst. */
  readonly weight: number
}

/** The worst conditions in words, and how many there are of each kind. Bounded, whatever happens to the fleet. */
export class ConditionList {
  private readonly limit: number
  private readonly worst = new Map<ConditionKind, Condition[]>()
  private readonly counts = new Map<ConditionKind, number>()

  constructor(limit: number) {
    this.limit = limit
  }

  /** `words` is asked only for what is kept. */
  add(kind: ConditionKind, weight: number, subject: ConditionSubject | null, words: () => string): void {
    this.counts.set(kind, this.countOf(kind) + 1)
    let kept = this.worst.get(kind)
    if (kept === undefined) {
      kept = []
      this.worst.set(kind, kept)
    }
    if (kept.length >= this.limit && weight <= (kept.at(-1)?.weight ?? Number.POSITIVE_INFINITY)) return
    let place = kept.length
    while (place > 0 && kept[place - 1]!.weight < weight) place--
    kept.splice(place, 0, { kind, gravity: GRAVITY[kind], subject, words: words(), weight })
    if (kept.length > this.limit) kept.pop()
  }

  countOf(kind: ConditionKind): number {
    return this.counts.get(kind) ?? 0
  }

  get total(): number {
    let total = 0
    for (const count of this.counts.values()) total += count
    return total
  }

  /** The worst of all gravity there is; null when all is well. */
  get gravity(): Gravity | null {
    for (const kind of CONDITION_KINDS) if (this.countOf(kind) > 0) return GRAVITY[kind]
    return null
  }

  /** The `count` worst. */
  first(count: number): Condition[] {
    const found: Condition[] = []
    for (const kind of CONDITION_KINDS) {
      for (const condition of this.worst.get(kind) ?? []) {
        if (found.length === Math.min(count, this.limit)) return found
        found.push(condition)
      }
    }
    return found
  }

  /** What is not among those shown, by kind: `20 at CPU cap, 3 partial`. Empty when all are shown. */
  restAfter(shown: readonly Condition[]): string {
    const parts: string[] = []
    for (const kind of CONDITION_KINDS) {
      const rest = this.countOf(kind) - shown.filter((one) => one.kind === kind).length
      if (rest > 0) parts.push(`${rest} ${SUMMARY[kind]}`)
    }
    return parts.join(', ')
  }
}
