export type QueryPair = readonly [name: string, value: string]

// Characters that links may show as they are inside a query; keeping them makes links readable.
const READABLE = /%(2C|3A|40|2F|22)/g

/** Reads `a=1&b=2`, with or without a leading `?`. The first of equal names counts; broken escapes stay as they are. */
export function parseQuery(query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    if (!found.has(name)) found.set(name, at < 0 ? '' : decode(pair.slice(at + 1)))
  }
  return found
}

export function formatQuery(pairs: readonly QueryPair[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

function encode(text: string): string {
  // Lone halves of surrogate pairs cannot be escaped.
  const safe = text.replace(/\p{Cs}/gu, '\ufffd')
  return encodeURIComponent(safe)
    .replace(READABLE, (code) => decodeURIComponent(code))
    .replaceAll('%20', '+')
}
