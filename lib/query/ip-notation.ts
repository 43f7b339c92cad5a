const GROUPS = 8
const MAPPED = `${'0000:'.repeat(5)}ffff:`

/**
 * An IP address as all its notations agree on: IPv4 in decimal without leading zeros, IPv6 in eight groups of four digits.
 * An IPv4 address within an IPv6 one is given as both.
 *
 * @param text - In lower case; brackets, a zone and a prefix length are left out. The beginning of an IPv6 address, as
 * `2001:0db8:`, gives the beginning of its long form.
 * @returns nothing when it is no address.
 */
export function addressForms(text: string): readonly string[] {
  const bare = text
    .replace(/^\[([^\]]*)\](?::\d+)?$/, '$1')
    .replace(/\/\d{1,3}$/, '')
    .replace(/%.*$/, '')
  const four = ipv4(bare)
  if (four !== null) return [four]
  const six = ipv6(bare)
  if (six === null) return []
  const inside =
    six.startsWith(MAPPED) && six.length === MAPPED.length + 9 ? fromGroups(six.slice(MAPPED.length)) : null
  return inside === null ? [six] : [six, inside]
}

function ipv4(text: string): string | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null
  // A whole address: 10.0.0.1 does not mean 10.0.0.12.
  return `${parts.map(Number).join('.')} `
}

function ipv6(text: string): string | null {
  if (!/^[0-9a-f:.]+$/.test(text) || text.split(':').length < 3) return null
  const whole = withHexEnd(text)
  if (whole === null) return null
  const halves = whole.split('::')
  if (halves.length > 2) return null
  const open = halves.length === 1 && whole.endsWith(':')
  const [head, tail] = halves.map((half) => half.split(':').filter((group) => group !== ''))
  const groups = [...head!, ...(tail ?? [])]
  if (!groups.every((group) => group.length <= 4) || whole.startsWith(':') !== whole.startsWith('::')) return null
  if (tail !== undefined) {
    if (groups.length >= GROUPS) return null
    return pad([...head!, ...Array.from({ length: GROUPS - groups.length }, () => '0'), ...tail])
  }
  if (groups.length > GROUPS) return null
  if (groups.length === GROUPS) return open ? null : pad(groups)
  return open ? `${pad(groups)}:` : null
}

/** The last four bytes of an IPv6 address may be written as those of IPv4. */
function withHexEnd(text: string): string | null {
  if (!text.includes('.')) return text
  const at = text.lastIndexOf(':') + 1
  const four = ipv4(text.slice(at))
  if (four === null) return null
  const [a, b, c, d] = four.trim().split('.').map(Number)
  const group = (high: number, low: number) => ((high << 8) | low).toString(16)
  return `${text.slice(0, at)}${group(a!, b!)}:${group(c!, d!)}`
}

function pad(groups: readonly string[]): string {
  return groups.map((group) => group.padStart(4, '0')).join(':')
}

function fromGroups(text: string): string {
  const bytes = text.split(':').flatMap((group) => [group.slice(0, 2), group.slice(2)])
  return `${bytes.map((byte) => Number.parseInt(byte, 16)).join('.')} `
}
