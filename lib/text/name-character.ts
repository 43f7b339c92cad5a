/** Characters that editors, chats and office programs put in the place of plain ones, by what people call them. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'null',
  9: 'tab',
  10: 'line feed',
  13: 'carriage return',
  32: 'space',
  160: 'no-break space',
  173: 'soft hyphen',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8208: 'hyphen',
  8209: 'non-breaking hyphen',
  8211: 'en dash',
  8212: 'em dash',
  8216: 'left single quotation mark',
  8217: 'right single quotation mark',
  8220: 'left double quotation mark',
  8221: 'right double quotation mark',
  8222: 'low double quotation mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'end of a direction',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8239: 'narrow no-break space',
  8288: 'word joiner',
  8722: 'minus sign',
  12288: 'ideographic space',
  65279: 'byte order mark',
  65292: 'full-width comma',
  65306: 'full-width colon',
  65307: 'full-width semicolon',
  65533: 'replacement character',
}

/** A character by its code point, and by name where it is one of those that slip in, as `U+200B (zero width space)`. */
export function nameCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const name = NAMES[code]
  const point = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return name === undefined ? point : `${point} (${name})`
}
