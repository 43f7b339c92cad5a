import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KeptLink, readLinks, writeLinks } from './link-file.ts'

const LINK: KeptLink = {
  ...{ id: 'a', name: 'Hall', creator: 'anna', view: 'panels=totals', digest: 'd' },
  scope: [{ hosts: ['kvm-*'], labels: [], projects: [], names: [] }],
  ...{ createdAt: 1, expiresAt: 2, revokedAt: null, seenAt: null, address: null },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domscope-links-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('file of the wall links', () => {
  it('gives back what was written, and is for its owner alone', () => {
    const path = join(folder, 'state', 'wall-links.json')
    expect(readLinks(path)).toEqual([])
    writeLinks(path, [LINK, { ...LINK, id: 'b', scope: null, revokedAt: 5, seenAt: 4, address: '::1' }])
    expect(readLinks(path).map(({ id, scope }) => [id, scope?.[0]?.hosts])).toEqual([
      ['a', ['kvm-*']],
      ['b', undefined],
    ])
    expect([statSync(path).mode & 0o777, statSync(join(folder, 'state')).mode & 0o777]).toEqual([0o600, 0o700])
    expect(readdirSync(join(folder, 'state'))).toEqual(['wall-links.json'])
  })

  it('is whole or as it was: a write that breaks off leaves the old one', () => {
    const path = join(folder, 'wall-links.json')
    writeLinks(path, [LINK])
    writeFileSync(`${path}.new`, '{"version": 1, "li')
    expect(readLinks(path)).toEqual([LINK])
    writeLinks(path, [])
    expect(readLinks(path)).toEqual([])
  })

  it.each([
    ['what is no JSON', '{', 'holds no wall links of ours'],
    ['another version', '{"version": 2, "links": []}', 'holds no wall links of ours'],
    [
      'a link that lacks something',
      JSON.stringify({ version: 1, links: [{ id: 'a' }] }),
      'holds no wall links of ours',
    ],
    [
      'a scope that is none',
      JSON.stringify({ version: 1, links: [{ ...LINK, scope: [{ hosts: 'kvm' }] }] }),
      'holds no wall links of ours',
    ],
  ])('is not overwritten when it holds %s', (_what, text, message) => {
    const path = join(folder, 'wall-links.json')
    writeFileSync(path, text, { mode: 0o600 })
    expect(() => readLinks(path)).toThrow(message)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('is refused when others may read it', () => {
    const path = join(folder, 'wall-links.json')
    writeLinks(path, [LINK])
    chmodSync(path, 0o644)
    expect(() => readLinks(path)).toThrow('others may read the wall links')
  })
})
