import { describe, expect, it } from 'vitest'
import { loginAddress, readFragment } from './return-address.ts'

const ORIGIN = 'http://scope.example:8080'
const at = (url: string) => new URL(url, ORIGIN)

describe('the way to the login and back', () => {
  it.each(['/', '/hosts', '/?filter=name%3A%22a%26b%23c%22&sort=cpu', '/domain?uuid=x#charts', '/hosts#kvm-01'])(
    'leads from %s to the login and back to it, and nothing of it is sent to the server',
    (page) => {
      for (const base of ['', '/vms']) {
        const login = loginAddress(at(base + page), base)!
        expect(at(login).pathname + at(login).search).toBe(`${base}/login`)
        expect(readFragment(at(login).hash, ORIGIN, base)).toEqual({ token: null, back: base + page })
      }
    },
  )

  it('is not taken from the login page, and from walls that have a link to come in by', () => {
    for (const base of ['', '/vms']) {
      expect(loginAddress(at(`${base}/login#t=x`), base)).toBeNull()
      expect(loginAddress(at(`${base}/wall?link=abc#secret`), base)).toBeNull()
      expect(loginAddress(at(`${base}/wall?panels=totals`), base)).toMatch(/^(\/vms)?\/login#back=/)
    }
  })

  it('carries the token of a printed link', () => {
    expect(readFragment('#t=abc-_1', ORIGIN, '')).toEqual({ token: 'abc-_1', back: '/' })
    expect(readFragment('', ORIGIN, '')).toEqual({ token: null, back: '/' })
  })

  it.each([
    'https://evil.example/',
    '//evil.example/x',
    '/\\evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    'hosts',
    '/login#back=/login',
    '/\t/evil.example',
  ])('never leads to %s', (back) => {
    for (const base of ['', '/vms']) {
      expect(readFragment(`#back=${encodeURIComponent(back)}`, ORIGIN, base).back).toBe(`${base}/`)
      expect(readFragment(`#back=${encodeURIComponent(`${base}/../../other`)}`, ORIGIN, '/vms').back).toBe('/vms/')
    }
  })
})
