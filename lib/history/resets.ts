import type { TrackEntity } from './page/layout.ts'
import { isNumber } from './page/levels.ts'
import type { DecodedPage } from './page/page.ts'
import type { Span } from './span.ts'
import { isReset } from './thin.ts'

/** What began anew in one row of a stream. */
export interface Reset {
  readonly at: number
  /** Something of the domain itself was reset, which a sum over its children may be too. */
  readonly ofDomain: boolean
  /** Children that were reset and were not in the row before. */
  readonly children: readonly { readonly entity: Exclude<TrackEntity, 'domain'>; readonly identity: string }[]
  /** Some other child went on counting: it is not the process that began anew. */
  readonly othersWentOn: boolean
}

/** Where counters of a stream began anew within [from, to], everything of one row together. */
export function resetsOf(span: Span, from: number, to: number): Reset[] {
  const found: Reset[] = []
  let last = Number.NEGATIVE_INFINITY
  let before: ReadonlySet<string> = new Set()
  for (const { page, rows } of span.pages) {
    for (let row = page.hasResets ? 0 : rows; row < rows; row++) {
      const at = page.times[row]!
      // Where samples begin, the last figure of 10 s has told of the first of them already.
      if (at <= last) continue
      const seen = resetIn(page, row, before)
      before = seen.names
      if (seen.began && at >= from && at <= to) found.push({ at, ...seen.reset })
    }
    if (!page.hasResets) before = new Set()
    last = Math.max(last, page.times[rows - 1]!)
  }
  return found
}

function resetIn(page: DecodedPage, row: number, before: ReadonlySet<string>) {
  const names = new Set<string>()
  const children: Reset['children'][number][] = []
  let ofDomain = false
  let othersWentOn = false
  for (const [index, part] of page.layout.parts.entries()) {
    const { entity } = part.kind
    if (!isReset(page, row, part, index)) {
      othersWentOn ||= entity !== 'domain' && isKnown(page, row, index)
      continue
    }
    const name = `${entity} ${part.identity}`
    names.add(name)
    if (before.has(name)) continue
    if (entity === 'domain') ofDomain = true
    else children.push({ entity, identity: part.identity })
  }
  return { names, began: ofDomain || children.length > 0, reset: { ofDomain, children, othersWentOn } }
}

/** Whether some series of a part has a number in a row; of figures their means tell. */
function isKnown({ levels, layout, rows }: DecodedPage, row: number, index: number): boolean {
  const { first, kind } = layout.parts[index]!
  for (let i = first; i < first + kind.values.length; i++) if (isNumber(levels[i * rows + row]!)) return true
  return false
}
