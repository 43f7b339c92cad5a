const ENTITY = /&(?:#x([0-9a-fA-F]{1,16})|#(\d{1,16})|([a-z]{2,4}));/g
const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const MAX_CODE_POINT = 0x10ffff

/** Decodes the five entities of XML itself and characters by number. Others stay as they are written. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    ENTITY,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return PREDEFINED[name] ?? whole
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return isCharacter(code) ? String.fromCodePoint(code) : '\ufffd'
    },
  )
}

/** What XML 1.0 allows: no NUL, no halves of a surrogate pair. */
function isCharacter(code: number): boolean {
  return code > 0 && code <= MAX_CODE_POINT && !(code >= 0xd800 && code <= 0xdfff)
}
