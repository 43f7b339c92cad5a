import { expect, test } from 'vitest'
import { ordinaryPage, reseal } from '../testing/sample-page.ts'
import { layoutOf, SCHEMA } from '../testing/schema.ts'
import { decodePage, NO_PAGE, PAGE_HEAD_BYTES, Tier } from './page.ts'

const LAYOUT = layoutOf([0, 1, 2, 7], ['vda', 'диск'])
const ROWS = 20

const samplePage = (tier: Tier = Tier.Exact) => ordinaryPage(LAYOUT, tier, ROWS)

const TIERS = [
  ['of samples', Tier.Exact],
  ['of figures', Tier.Coarse],
] as const

test('[HI20] reads a page that was sealed: who it is of, when, and what', () => {
  const page = decodePage(samplePage(), SCHEMA)
  expect(page).toMatchObject({ stream: 3, rows: ROWS, firstTime: 1_000_000, previous: NO_PAGE })
  expect(page?.layout.parts.map(({ kind, identity }) => `${kind.entity} ${identity}`)).toEqual([
    'domain ',
    'vcpu 0',
    'vcpu 1',
    'vcpu 2',
    'vcpu 7',
    'disk vda',
    'disk диск',
  ])
  expect(page?.flags[7]).toBe(1)
  expect([0, 1, 2].map((column) => page?.levels[column * ROWS])).toEqual([20_000, 0, 500])
})

test.each(TIERS)('[HI29, T-F4] takes a page %s that was cut anywhere for a gap', (_of, tier) => {
  const page = samplePage(tier)
  for (let length = 0; length < page.length; length++) expect(decodePage(page.slice(0, length), SCHEMA)).toBeNull()
})

test.each(TIERS)('[HI29, T-F4] takes a page %s of which any single bit was changed for a gap', (_of, tier) => {
  const page = samplePage(tier)
  expect(decodePage(page, SCHEMA)).not.toBeNull()
  for (let bit = 0; bit < page.length * 8; bit++) {
    page[bit >> 3]! ^= 1 << (bit & 7)
    expect(decodePage(page, SCHEMA)).toBeNull()
    page[bit >> 3]! ^= 1 << (bit & 7)
  }
})

test.each([
  ['more rows than its bits can hold', 36, 0xff],
  ['a first time that is no number', 14, 0xff],
  ['a last time before the first', 22, 0x00],
  ['a page before it at no position', 30, 0x3f],
])('[HI29] takes a page with a sound checksum that tells of %s for a gap', (_what, at, byte) => {
  const page = samplePage()
  page[at] = byte
  page[at + 1] = at === 36 ? 1 : byte
  expect(decodePage(reseal(page), SCHEMA)).toBeNull()
})

test('[HI29] takes a layout of more series than a domain may have for a gap', () => {
  const page = samplePage()
  // Behind the domain: vCPUs from 0 on, 3 of them. Now 12,000.
  expect([...page.subarray(PAGE_HEAD_BYTES, PAGE_HEAD_BYTES + 5)]).toEqual([0, 0, 1, 0, 3])
  const grown = new Uint8Array(page.length + 1)
  grown.set(page.subarray(0, PAGE_HEAD_BYTES + 4))
  grown.set([0xe0, 0x5d], PAGE_HEAD_BYTES + 4)
  grown.set(page.subarray(PAGE_HEAD_BYTES + 5), PAGE_HEAD_BYTES + 6)
  grown[40]!++
  expect(decodePage(reseal(grown), SCHEMA)).toBeNull()
})
