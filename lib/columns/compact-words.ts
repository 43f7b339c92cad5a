import type { CodeColumn } from './code-column.ts'
import type { CodeTable } from './code-table.ts'
import { UNKNOWN_16 } from './encodings.ts'

/** How many words of a dictionary column its living rows use. */
export function livingWords(table: CodeTable, column: CodeColumn): number {
  const used = new Uint8Array(table.dictionaries.get(column.number)?.words.length ?? 0)
  let count = 0
  for (let row = 0; row < table.rowLimit; row++) {
    const code = column.codes[row]!
    if (!table.isAlive(row) || code >= used.length || used[code] === 1) continue
    used[code] = 1
    count++
  }
  return count
}

/**
 * Rebuilds every dictionary of a table with only the words that living rows use, and rewrites the codes.
 *
 * @remarks Codes mean something else afterwards, so the owner has to begin a new epoch in the same commit. Cells of rows
 * that are gone become unknown, because their words may not exist any more.
 */
export function compactDictionaries(table: CodeTable, offset: number): void {
  for (const [number, dictionary] of table.dictionaries) {
    const column = table.columns[number]!
    const before = dictionary.words.slice()
    const codes = new Int32Array(before.length).fill(-1)
    dictionary.clear()
    for (let row = 0; row < table.rowLimit; row++) {
      const code = column.codes[row]!
      const word = table.isAlive(row) ? before[code] : undefined
      if (word === undefined) {
        column.set(row, UNKNOWN_16, offset)
        continue
      }
      if (codes[code] === -1) codes[code] = dictionary.codeOf(word, offset)
      column.set(row, codes[code]!, offset)
    }
  }
}
