import { addressForms } from './ip-notation.ts'

/** Shorter runs of hexadecimal digits stand in too many addresses and UUIDs by chance to be looked up there. */
export const MIN_HEX_DIGITS = 4

const MAC_DIGITS = 12
/** What may stand in addresses and UUIDs in another form than it was typed. */
export interface Notations {
  /** Digits of a MAC address or of a part of one; empty for none. */
  readonly macDigits: string
  /** Beginnings or ends of IP addresses, as {@link addressForms} writes them; empty for none. */
  readonly address: readonly string[]
  /** What to look for in UUIDs with dashes, and in those without; null for nothing. */
  readonly uuid: { readonly text: string; readonly dashes: boolean } | null
}

export const NO_NOTATIONS: Notations = { macDigits: '', address: [], uuid: null }

/**
 * Other ways to write what a term may mean: MAC addresses with colons, dashes, dots or nothing between the digits, IP
 * addresses short and long, UUIDs in braces, as URN or without dashes.
 *
 * @param text - In lower case.
 */
export function notationsOf(text: string): Notations {
  // What comes along when something is copied out of a sentence, a program or another input method.
  const plain = text
    .normalize('NFKC')
    .replace(/[,;.]+$/, '')
    .replace(/^0x/, '')
  return { macDigits: macDigitsOf(plain), address: addressForms(hostOf(plain)), uuid: uuidOf(plain) }
}

/** What stands for the host in the address of a service, `http://10.0.0.5/` or `10.0.0.5:22`. */
function hostOf(text: string): string {
  return text
    .replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?/, '')
    .replace(/\/(?!\d{1,3}$).*$/, '')
    .replace(/^(\d[\d.]*):\d{1,5}$/, '$1')
}

/** Groups of two digits, the last perhaps begun, of four or of six; six groups may leave out leading zeros. */
function macDigitsOf(text: string): string {
  const separator = /[:._·-]/.exec(text)?.[0]
  if (separator === undefined) return isHex(text) && text.length <= MAC_DIGITS ? text : ''
  const groups = text.split(separator)
  if (groups.length === 6 && groups.every((group) => /^[0-9a-f]{1,2}$/.test(group))) {
    return groups.map((group) => group.padStart(2, '0')).join('')
  }
  const digits = groups.join('')
  const width = groups[0]!.length
  // Two digits between dots are as well a part of an IPv4 address.
  if (
    !isHex(digits) ||
    digits.length > MAC_DIGITS ||
    !(width === 4 || width === 6 || (width === 2 && separator !== '.'))
  )
    return ''
  const last = groups.at(-1)!
  return groups.slice(0, -1).every((group) => group.length === width) && last.length <= width ? digits : ''
}

function uuidOf(text: string): Notations['uuid'] {
  const bare = text.replace(/^urn:uuid:/, '').replace(/^\{?([^{}]*)\}?$/, '$1')
  if (bare.length < MIN_HEX_DIGITS || !/^[0-9a-f-]+$/.test(bare)) return null
  return { text: bare, dashes: bare.includes('-') }
}

function isHex(text: string): boolean {
  return text.length >= MIN_HEX_DIGITS && /^[0-9a-f]+$/.test(text)
}

const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/

/** Whether one of the addresses, separated by spaces and in lower case, is meant by a term that is written otherwise. */
export function meansAddress({ macDigits, address }: Notations, addresses: string): boolean {
  if (addresses === '' || (macDigits === '' && address.length === 0)) return false
  return addresses.split(' ').some((one) => {
    if (MAC.test(one)) return macDigits !== '' && one.replaceAll(':', '').includes(macDigits)
    return address.length > 0 && addressForms(one).some((form) => address.some((wanted) => form.startsWith(wanted)))
  })
}
