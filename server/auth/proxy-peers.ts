import { BlockList, isIP } from 'node:net'
import { configError } from '../config/config-error.ts'

/** A proxy in front that says who asks. */
export interface ProxySettings {
  /** Addresses, or networks as `10.0.0.0/8`, whose word is taken. Never empty. */
  readonly peers: readonly string[]
  readonly userHeader: string
  /** Names of groups, separated by commas; null for none. */
  readonly groupsHeader: string | null
}

/**
 * A list of addresses and networks to look peers up in.
 *
 * @throws DomscopeError `BAD_CONFIG` for an entry that is neither.
 */
export function peerList(peers: readonly string[], where: string): { has(address: string): boolean } {
  const list = new BlockList()
  for (const [index, text] of peers.entries()) {
    const [address = '', bits, ...more] = text.split('/')
    const version = isIP(address)
    const length = bits === undefined ? (version === 4 ? 32 : 128) : /^\d{1,3}$/.test(bits) ? Number(bits) : 999
    if (version === 0 || more.length > 0 || length > (version === 4 ? 32 : 128)) {
      throw configError(`${where}[${index}]`, `"${text}" is no address`, 'Write 127.0.0.1, ::1 or 10.0.0.0/8.')
    }
    list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
  }
  return {
    has(address) {
      // A socket for both versions gives IPv4 addresses so.
      const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
      const version = isIP(plain)
      return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
    },
  }
}
