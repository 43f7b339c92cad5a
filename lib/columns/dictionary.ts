/**
 * Words of one dictionary column: code to text and back.
 *
 * @remarks Codes count up from 0 and are never reused within an epoch; a new epoch may begin with fewer words. `addedAt[code]` is the commit at which the word
 * came, so that an encoder sends only what a client has not seen.
 */
export class Dictionary {
  readonly words: string[] = []
  readonly addedAt: number[] = []
  private readonly codes = new Map<string, number>()

  /** The code of a word, which is added if it is new. */
  codeOf(word: string, offset: number): number {
    const known = this.codes.get(word)
    if (known !== undefined) return known
    const code = this.words.length
    this.words.push(word)
    this.addedAt.push(offset)
    this.codes.set(word, code)
    return code
  }

  has(word: string): boolean {
    return this.codes.has(word)
  }

  /** Puts a word at a given code: used by a client that follows a server's dictionary. */
  put(code: number, word: string, offset: number): void {
    this.words[code] = word
    this.addedAt[code] = offset
    this.codes.set(word, code)
  }

  word(code: number): string | null {
    return this.words[code] ?? null
  }

  clear(): void {
    this.words.length = 0
    this.addedAt.length = 0
    this.codes.clear()
  }
}
