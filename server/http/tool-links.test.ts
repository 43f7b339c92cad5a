import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillLinks } from './tool-links.ts'

const UUID = '00000000-0000-4000-8000-000000000001'
const fill = (url: string, name = 'web-1', host = 'kvm-01') =>
  fillLinks([{ label: 'Tool', url }], { host, name, uuid: UUID })[0]?.url

const SEED = 7

describe('links to other tools', () => {
  it('are filled in for a domain, each value as often as it is asked for', () => {
    expect(fill('https://a.example/d/{uuid}?h={host}&n={name}&again={uuid}#{name}')).toBe(
      `https://a.example/d/${UUID}?h=kvm-01&n=web-1&again=${UUID}#web-1`,
    )
    expect(fill('https://{host}:9090/m')).toBe('https://kvm-01:9090/m')
  })

  it('take values as values: nothing in a name adds a parameter, a segment or markup', () => {
    expect(fill('https://a.example/d/{name}?n={name}', `a/../b?x=1&y=2#z "'<script>`)).toBe(
      'https://a.example/d/a%2F..%2Fb%3Fx%3D1%26y%3D2%23z%20%22%27%3Cscript%3E?n=a%2F..%2Fb%3Fx%3D1%26y%3D2%23z%20%22%27%3Cscript%3E',
    )
    expect(fill('https://a.example/?n={name}', '{uuid}')).toBe('https://a.example/?n=%7Buuid%7D')
    expect(fill('https://a.example/?n={name}', 'a\ud800b')).toBe('https://a.example/?n=a%EF%BF%BDb')
  })

  it('are left out where they would lead elsewhere', () => {
    expect(fill('https://a.example/vm/{name}/edit', '..')).toBeUndefined()
    expect(fill('https://a.example/vm/{name}', '.')).toBeUndefined()
    expect(fill('https://{host}/m', 'web-1', 'kvm-01/system')).toBeUndefined()
    expect(fill('https://{host}/m', 'web-1', 'user@evil.example')).toBeUndefined()
  })

  it(`lead to the server of the template whatever a guest is called (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const url = fill('https://a.example/d/{name}/x?n={name}#{name}', name)
        if (name === '.' || name === '..') return expect(url).toBeUndefined()
        const { origin, pathname, searchParams } = new URL(url!)
        expect(origin).toBe('https://a.example')
        expect(pathname.split('/')).toHaveLength(4)
        expect(pathname.startsWith('/d/')).toBe(true)
        expect([...searchParams.keys()]).toEqual(['n'])
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})
