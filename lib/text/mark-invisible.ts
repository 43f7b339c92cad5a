/** Format characters that have a form: signs before numbers, as Arabic and Syriac have them. */
const VISIBLE_FORMAT = '[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]'
/**
 * Characters without a form of their own: controls, format characters, halves of pairs, private and unassigned ones; what
 * fonts are told to leave out, as fillers and variation selectors; letters, signs and spaces that are blank, or stand for what is not there.
 */
const BLANK = '\\p{C}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800\\ufffc\\u{13441}\\u{13442}\\u{1d159}'

/** Scripts in which joiners change the form of the letters beside them. */
const JOINING = [
  ...['Arab', 'Syrc', 'Mong', 'Nkoo', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya'],
  ...['Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr'],
]
  .map((script) => `\\p{Script=${script}}`)
  .join('')
const PICTURE = '\\p{Extended_Pictographic}'

/** Invisible characters that are seen by what they do: they hold emoji together, colour them, or shape letters. */
const SHAPING = [
  `(?<=${PICTURE}[\\ufe0f\\u{1f3fb}-\\u{1f3ff}]?)\\u200d(?=${PICTURE})`,
  `(?<=${PICTURE})[\\ufe0e\\ufe0f]`,
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  `(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`,
].join('|')

/** Marks that have nothing to stand on. They would sit on the sign that takes the place of what is before them. */
const LONE_MARKS = `(?<=^|(?![\\ufe0f\\u200c\\u200d])[${BLANK}])\\p{M}+`

const MARKED = new RegExp(`(${SHAPING})|(?!${VISIBLE_FORMAT}| )[${BLANK}]|${LONE_MARKS}`, 'gu')
const PLAIN = /^[\x20-\x7e]*$/
const REPLACEMENT = '\ufffd'

/**
 * The text with a mark in the place of each character that nobody would see, as ‹200B›; plain spaces stay.
 *
 * @remarks Sequences that readers see stay as they are: emoji joined into one, letters of scripts that join. Tags, and
 * variants of CJK characters, are marked: most fonts show nothing of them.
 */
export function markInvisible(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replace(MARKED, (found, shaping?: string) => shaping ?? Array.from(found, markOf).join(''))
}

/** Code point in angle marks: pictures of control characters are missing from most fonts. */
export function markOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xd800 && code <= 0xdfff) return REPLACEMENT
  return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`
}
