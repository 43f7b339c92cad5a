import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BitWriter } from './bit-writer.ts'
import { crc32 } from './crc32.ts'
import { encodeLayout } from './layout.ts'
import { decodePage, NO_PAGE, PAGE_HEAD_BYTES, rowWidth, sealPage, Tier } from './page.ts'
import { encodeRow, mostRowBytes } from './row-encoder.ts'
import { RowModel } from './row-model.ts'
import { layoutOf, SCHEMA } from './testing/schema.ts'

const LAYOUT = layoutOf([0, 1, 2, 7], ['vda', 'диск'])
const ROWS = 20

/** A page of an ordinary minute, or of the figures of some minutes. */
function samplePage(tier: Tier = Tier.Exact): Uint8Array {
  const layout = encodeLayout(LAYOUT)
  const width = rowWidth(tier, LAYOUT)
  const writer = new BitWriter(mostRowBytes(width) * ROWS)
  const model = new RowModel(width)
  const levels = new Int32Array(width)
  for (let row = 0; row < ROWS; row++) {
    levels.forEach((_, i) => {
      levels[i] = i % 3 === 0 ? 20_000 + ((row * 37 + i) % 50) : i % 3 === 1 ? 0 : 500
    })
    encodeRow(model, 1_000_000 + row * 1003, row === 7 ? 1 : 0, levels, writer)
  }
  writer.put(0, (8 - writer.pending) % 8)
  const page = new Uint8Array(PAGE_HEAD_BYTES + layout.length + writer.length)
  page.set(layout, PAGE_HEAD_BYTES)
  page.set(writer.bytes.subarray(0, writer.length), PAGE_HEAD_BYTES + layout.length)
  sealPage(page, {
    ...{ stream: 3, tier, rows: ROWS, firstTime: 1_000_000, lastTime: model.time, previous: NO_PAGE },
    layoutBytes: layout.length,
  })
  return page
}

const TIERS = [
  ['of samples', Tier.Exact],
  ['of figures', Tier.Coarse],
] as const

/** Gives a changed page a checksum that fits, so that the decoder behind it gets to see it. */
function reseal(page: Uint8Array): Uint8Array {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  view.setUint32(4, page.length, true)
  view.setUint32(0, crc32(page, 4, page.length), true)
  return page
}

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

test.each(TIERS)(
  '[HI29, T-F4] reads a page %s that was changed before its checksum was made as a gap or as sound rows',
  (_of, tier) => {
    const whole = samplePage(tier)
    const looksSound = (bytes: Uint8Array) => {
      const page = decodePage(reseal(bytes), SCHEMA)
      if (page === null) return
      expect(page.levels.length).toBe(page.rows * page.width)
      for (let row = 1; row < page.rows; row++) expect(page.times[row]!).toBeGreaterThan(page.times[row - 1]!)
    }
    for (let bit = 8 * 8; bit < whole.length * 8; bit++) {
      const changed = whole.slice()
      changed[bit >> 3]! ^= 1 << (bit & 7)
      looksSound(changed)
    }
    for (let length = PAGE_HEAD_BYTES; length < whole.length; length++) looksSound(whole.slice(0, length))
  },
)

test('[HI29, T-F4] survives 3,000 pages of noise and of pages written over (seed 47)', () => {
  const whole = samplePage()
  const noise = fc.uint8Array({ maxLength: 400 })
  const overwritten = fc
    .tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 24 }))
    .map(([at, bytes]) => {
      const changed = whole.slice()
      changed.set(bytes.subarray(0, changed.length - at), at)
      return changed
    })
  const property = fc.property(fc.oneof(noise, overwritten), (bytes) => {
    if (bytes.length >= 8) reseal(bytes)
    const page = decodePage(bytes, SCHEMA)
    expect(page === null || page.levels.length === page.rows * page.width).toBe(true)
  })
  fc.assert(property, { seed: 47, numRuns: 3000 })
})
