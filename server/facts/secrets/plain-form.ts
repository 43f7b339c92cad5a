// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what needs no other form
const ASCII = /^[\x00-\x7f]*$/
const BARE_LETTERS = /[\u0300-\u036f\p{Default_Ignorable_Code_Point}]/gu
const LATIN = /\p{Script=Latin}/u
const OTHER_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}]/u
const LEET = /p[a@4][s5$]{2}w[o0]rd/gi

/** Letters that look like plain ones, or are plain ones with a stroke. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ѕ: 's', ԁ: 'd', к: 'k', т: 't', ѡ: 'w' },
  ...{ А: 'A', Е: 'E', О: 'O', Р: 'P', С: 'C', Т: 'T', К: 'K', Ѕ: 'S', ο: 'o', α: 'a', ρ: 'p', ω: 'w', κ: 'k' },
}
const STROKES: Readonly<Record<string, string>> = { ł: 'l', Ł: 'L', ı: 'i', ø: 'o', Ø: 'O' }

/**
 * A text in the form in which words are looked for: without accents and signs that nobody sees, in the letters of one
 * script. For looking only: its length may be another.
 */
export function plainForm(text: string): string {
  const bare = ASCII.test(text) ? text : bareForm(text)
  return bare.replace(LEET, 'password')
}

function bareForm(text: string): string {
  return text
    .normalize('NFKD')
    .replace(BARE_LETTERS, '')
    .normalize('NFC')
    .replace(/[łŁıøØ]/g, (letter) => STROKES[letter]!)
    .replace(/\p{L}+/gu, (word) => (LATIN.test(word) && OTHER_SCRIPT.test(word) ? asLatin(word) : word))
}

function asLatin(word: string): string {
  return Array.from(word, (letter) => LOOKALIKES[letter] ?? letter).join('')
}
