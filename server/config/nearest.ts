/** Letters that may differ between a word and the one that was meant. */
const MAX_DISTANCE = 3

/** The word that was probably meant, or null: one of which this is the beginning, or that differs in a few letters. */
export function nearestWord(given: string, known: readonly string[]): string | null {
  const word = given.toLowerCase()
  const begun = known.find((one) => word.length >= 3 && one.toLowerCase().startsWith(word))
  if (begun !== undefined) return begun
  const allowed = Math.min(MAX_DISTANCE, Math.floor(word.length / 3))
  const ranked = known
    .map((one) => ({ one, distance: editDistance(word.slice(0, 64), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best === undefined || best.distance > allowed ? null : best.one
}

/** Letters to put in, take out, change or swap with their neighbour until one word is the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(change, last[j]! + 1, row[j - 1]! + 1, swapped))
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** What to say of a key that is not known. */
export function knownKeys(given: string, known: readonly string[]): string {
  const like = nearestWord(given, known)
  const all = `Keys are ${known.join(', ')}.`
  return like === null ? all : `${all} Did you mean ${like}?`
}
