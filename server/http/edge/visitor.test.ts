import { describe, expect, it } from 'vitest'
import { peerList } from '../../auth/proxy-peers.ts'
import { checkRequest } from '../request-policy.ts'
import { visitorOf } from './visitor.ts'

const trusted = peerList(['127.0.0.1', '10.0.0.0/8'], 'trustedProxies')
const policy = { names: new Set(['vms.example.org']), trusted }

function seen(peer: string, fields: Readonly<Record<string, string>>) {
  const rawHeaders = Object.entries({ Host: '127.0.0.1:8080', ...fields }).flat()
  return { rawHeaders, visitor: visitorOf({ socket: { remoteAddress: peer }, rawHeaders }, trusted) }
}

const addressOf = (peer: string, chain: string) => seen(peer, { 'X-Forwarded-For': chain }).visitor.address

describe('what a proxy says of who asks', () => {
  it.each<[string, string, string, string]>([
    ['the last entry that no trusted one wrote', '127.0.0.1', '6.6.6.6, 198.51.100.7, 10.1.1.1', '198.51.100.7'],
    ['one entry', '127.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['IPv4 seen by a socket for both', '::ffff:127.0.0.1', '2001:db8::7', '2001:db8::7'],
    ['only trusted ones', '127.0.0.1', '10.0.0.5', '10.0.0.5'],
    ['a word in the chain ends it', '127.0.0.1', '198.51.100.7, unknown', '127.0.0.1'],
    ['nothing', '127.0.0.1', '', '127.0.0.1'],
    ['a stranger is not believed', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ])('%s', (_what, peer, chain, expected) => {
    expect(addressOf(peer, chain)).toBe(expected)
  })

  it('is believed about scheme and host from trusted addresses only', () => {
    const fields = { 'X-Forwarded-Proto': 'HTTPS', 'X-Forwarded-Host': 'vms.example.org' }
    expect(seen('127.0.0.1', fields).visitor).toMatchObject({ scheme: 'https', host: 'vms.example.org' })
    expect(seen('192.0.2.1', fields).visitor).toMatchObject({ scheme: null, host: null })
    expect(seen('127.0.0.1', { 'X-Forwarded-Proto': 'gopher' }).visitor.scheme).toBeNull()
  })

  const check = (peer: string, fields: Readonly<Record<string, string>>) =>
    checkRequest({ url: '/', ...seen(peer, fields) }, policy)?.code ?? 'ok'

  it('[S-2] the host that a proxy names must be one of ours as well', () => {
    expect(check('127.0.0.1', { 'X-Forwarded-Host': 'vms.example.org' })).toBe('ok')
    expect(check('127.0.0.1', { 'X-Forwarded-Host': 'evil.example' })).toBe('HOST_REFUSED')
    expect(check('127.0.0.1', { 'X-Forwarded-Host': 'a b' })).toBe('BAD_HOST')
    expect(check('192.0.2.1', { Host: 'evil.example', 'X-Forwarded-Host': 'vms.example.org' })).toBe('HOST_REFUSED')
  })

  it('[S-3] an Origin must have the scheme that is known', () => {
    const from = (scheme: string, origin: string) =>
      check('127.0.0.1', { 'X-Forwarded-Host': 'vms.example.org', 'X-Forwarded-Proto': scheme, Origin: origin })
    expect(from('https', 'https://vms.example.org')).toBe('ok')
    expect(from('https', 'http://vms.example.org')).toBe('ORIGIN_REFUSED')
    expect(from('http', 'https://vms.example.org')).toBe('ORIGIN_REFUSED')
    expect(from('', 'https://vms.example.org')).toBe('ok')
  })
})
