import { expect, test } from 'vitest'
import { HistoryMemory } from '../history-memory.ts'
import { HistoryStore } from '../history-store.ts'
import { readSpan } from '../span.ts'
import { pageOf, reseal } from '../testing/sample-page.ts'
import { layoutOf, SCHEMA } from '../testing/schema.ts'
import { marksOf, thinSeries } from '../thin.ts'
import { listTracks } from '../tracks.ts'
import { isNumber, RESET_LEVEL, UNKNOWN_LEVEL } from './levels.ts'
import { type DecodedPage, decodePage, MOST_ROWS, NO_PAGE, PAGE_HEAD_BYTES, Tier } from './page.ts'

/** Times as many inputs for a long run: DOMSCOPE_SOAK=50 makes it 5 million. */
const SOAK = Number(process.env.DOMSCOPE_SOAK ?? 1)
const INPUTS = 100_000 * SOAK
const MUTANTS_OF_PAGE = 1500
const DAMAGED_STORES = 100 * SOAK

/** A generator of whole numbers below a bound, the same for the same seed. */
type Dice = (below: number) => number

function createDice(seed: number): Dice {
  let state = seed | 0
  return (below) => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below
  }
}

/** A page as domains make them: any tier, few or many things, values that rest, wander, are unknown or reset. */
function anyPage(dice: Dice): Uint8Array {
  const vcpus = Array.from({ length: dice(6) }, (_, i) => i * (1 + dice(2)))
  const layout = layoutOf(vcpus, ['vda', 'диск', 'sdb'].slice(0, dice(4)))
  const rate = 1 + dice(20)
  const start = 1 + dice(2 ** 31)
  const tier = dice(3) === 0 ? Tier.Coarse : Tier.Exact
  // Distances of the greatest and the least from the mean are numbers always.
  const mayLack = (column: number) => tier === Tier.Exact || column < layout.series
  return pageOf({
    layout,
    tier,
    rows: 1 + dice(dice(4) === 0 ? 60 : 12),
    previous: dice(2) === 0 ? NO_PAGE : dice(2 ** 30),
    timeOf: (row) => start + row * 1000 + (row % rate),
    flagsOf: () => (dice(12) === 0 ? dice(128) : 0),
    levelOf: (row, column) => {
      if (dice(31) === 0 && mayLack(column)) return dice(2) === 0 ? UNKNOWN_LEVEL : RESET_LEVEL
      return column % rate === 0 ? 4000 + dice(300) : column % 3 === 0 ? row : 0
    },
  })
}

/** Numbers at which lengths, counts and times go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]
/** Places of the fields of a head, and how many bytes each has. */
const FIELDS = [8, 12, 16, 20, 24, 28, 32, 36, 38, 40] as const

/** A page changed in one of the ways in which bytes get lost: `other` is some other page. */
function mutant(page: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  const changed = page.slice()
  switch (dice(7)) {
    case 0:
      for (let i = 1 + dice(8); i > 0; i--) changed[8 + dice(changed.length - 8)]! ^= 1 << dice(8)
      return changed
    case 1: {
      const at = dice(changed.length)
      for (let i = Math.min(1 + dice(24), changed.length - at) - 1; i >= 0; i--) changed[at + i] = dice(256)
      return changed
    }
    case 2: {
      const field = FIELDS[dice(FIELDS.length)]!
      const view = new DataView(changed.buffer)
      if (field >= 36 && field < 40) view.setUint16(field, EDGES[dice(EDGES.length)]! & 0xffff, true)
      else view.setUint32(field, EDGES[dice(EDGES.length)]!, true)
      return changed
    }
    case 3:
      return splice(changed, dice(changed.length), dice(12), other.subarray(0, dice(12)))
    case 4:
      return splice(changed, PAGE_HEAD_BYTES + dice(changed.length - PAGE_HEAD_BYTES), 1 + dice(6), new Uint8Array())
    case 5:
      return splice(changed, PAGE_HEAD_BYTES, changed.length, other.subarray(PAGE_HEAD_BYTES))
    default:
      return Uint8Array.from({ length: dice(300) }, () => dice(256))
  }
}

function splice(page: Uint8Array, at: number, gone: number, put: Uint8Array): Uint8Array {
  const rest = page.subarray(Math.min(at + gone, page.length))
  const spliced = new Uint8Array(at + put.length + rest.length)
  spliced.set(page.subarray(0, at))
  spliced.set(put, at)
  spliced.set(rest, at + put.length)
  return spliced
}

/** Why a decoded page is not one that may come out of the decoder; null when it is sound. */
function fault(page: DecodedPage, bytes: Uint8Array): string | null {
  const { rows, width, times, flags, levels, layout, firstTime, lastTime } = page
  if (rows < 1 || rows > MOST_ROWS || times.length !== rows || flags.length !== rows) return 'rows'
  if (levels.length !== rows * width) return 'levels'
  // Memory follows the bytes that are there: a bit stands for eight levels at most.
  if (levels.length > bytes.length * 64) return 'more levels than bits'
  if (times[0] !== firstTime || times[rows - 1] !== lastTime) return 'ends'
  for (let row = 1; row < rows; row++) if (!(times[row]! > times[row - 1]!)) return 'times go back'
  const range = { from: firstTime - 1, to: lastTime + 1, count: 5 }
  const span = { pages: [{ page, rows }], broken: 0 }
  const part = layout.parts.at(-1)
  if (part === undefined) return null
  const { low, high } = thinSeries(span, part.kind.entity, part.identity, 0, range)
  if (low.length !== 5 || low.some((value, i) => value > high[i]! || Math.abs(value) === Infinity)) return 'thinned'
  const marks = marksOf(span, part.kind.entity, part.identity, range.from, range.to)
  return marks.length > rows * 2 ? 'marks' : null
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Feeds changed pages to the decoder, and counts. */
class Feeder {
  inputs = 0
  sound = 0

  /** A page as it was sealed, with something amiss: always a gap. */
  broken(bytes: Uint8Array): void {
    this.inputs++
    if (decodePage(bytes, SCHEMA) !== null) throw new Error(`taken for a page: ${hex(bytes)}`)
  }

  /** Bytes whose checksum fits: a gap, or a page that is sound. */
  sealed(bytes: Uint8Array): void {
    this.inputs++
    let wrong: string | null = null
    try {
      const page = decodePage(reseal(bytes), SCHEMA)
      if (page === null) return
      this.sound++
      wrong = fault(page, bytes)
    } catch (error) {
      wrong = String(error)
    }
    if (wrong !== null) throw new Error(`${wrong}: ${hex(bytes)}`)
  }
}

/** Every cut and every flipped bit of a page, with the checksum that it had and with one that fits; then mutants. */
function feedAll(feeder: Feeder, page: Uint8Array, other: Uint8Array, dice: Dice): void {
  expect(decodePage(page, SCHEMA)).not.toBeNull()
  for (let length = 0; length < page.length; length++) {
    feeder.broken(page.subarray(0, length))
    if (length >= PAGE_HEAD_BYTES) feeder.sealed(page.slice(0, length))
  }
  for (let bit = 0; bit < page.length * 8; bit++) {
    const changed = page.slice()
    changed[bit >> 3]! ^= 1 << (bit & 7)
    feeder.broken(changed)
    feeder.sealed(changed)
  }
  for (let i = 0; i < MUTANTS_OF_PAGE; i++) feeder.sealed(mutant(page, other, dice))
}

test(`[HI29, T-F4] takes ${INPUTS.toLocaleString('en')} cut, flipped and mangled pages for gaps or sound rows (seed 47)`, {
  timeout: 60_000 * SOAK,
}, () => {
  const dice = createDice(47)
  const feeder = new Feeder()
  let other = anyPage(dice)
  while (feeder.inputs < INPUTS) {
    const page = anyPage(dice)
    feedAll(feeder, page, other, dice)
    other = page
  }
  // Otherwise the checks before the rows would have kept the decoder from seeing any of it.
  expect(feeder.sound).toBeGreaterThan(feeder.inputs / 20)
})

/** A stream of some pages in small slabs. */
function filledStore(dice: Dice) {
  const store = new HistoryStore([SCHEMA], new HistoryMemory(1 << 20, 16_384))
  const stream = store.stream('kvm-01', 'u', 0)
  let time = 1000
  for (let chapter = 0; chapter < 6; chapter++) {
    const layout = layoutOf([0, 1, 2].slice(0, 1 + dice(3)), ['vda'])
    store.describe(stream, layout)
    const levels = new Int32Array(layout.series)
    for (let row = 0; row < 100; row++) {
      for (let i = 0; i < levels.length; i++) levels[i] = 500 + dice(9)
      time += 1000
      store.append(stream, time, dice(90) === 0, 0, levels)
    }
  }
  return { store, stream, time }
}

test(`[HI29, T-F4] reads ${DAMAGED_STORES} streams with damaged pages to their ends, with gaps in them (seed 48)`, {
  timeout: 60_000 * SOAK,
}, () => {
  const dice = createDice(48)
  let broken = 0
  for (let i = 0; i < DAMAGED_STORES; i++) {
    const { store, stream, time } = filledStore(dice)
    const { log, position } = { log: store.memory.logs[dice(2)]!, position: stream.newest[0] }
    for (let hits = 1 + dice(3); hits > 0; hits--) {
      const page = log.page(dice(4) === 0 ? 0 : Math.max(position, 0))
      if (page === null) continue
      page[dice(page.length)] = dice(256)
      if (dice(2) === 0) reseal(page)
    }
    const span = readSpan(store, stream, 0, time)
    broken += span.broken
    let before = Number.NEGATIVE_INFINITY
    for (const { page, rows } of span.pages) {
      expect(page.times[0]! >= before || page.tier === Tier.Exact).toBe(true)
      before = page.times[rows - 1]!
    }
    for (const { kind, identity, from, to } of listTracks(store, stream)) {
      expect(Number.isFinite(from) && Number.isFinite(to)).toBe(true)
      const { low } = thinSeries(span, kind.entity, identity, 0, { from: 0, to: time, count: 20 })
      expect(low).toHaveLength(20)
      marksOf(span, kind.entity, identity, 0, time)
    }
  }
  expect(broken).toBeGreaterThan(DAMAGED_STORES / 4)
})

test('[HI29] a level that is no number of its encoding reads as unknown', () => {
  const layout = layoutOf([], [])
  const levelOf = (_row: number, column: number) => (column === 0 ? -300 : 0)
  const page = pageOf({
    layout,
    tier: Tier.Exact,
    rows: 2,
    timeOf: (row) => 1000 * (row + 1),
    flagsOf: () => 0,
    levelOf,
  })
  const decoded = decodePage(page, SCHEMA)!
  expect(isNumber(decoded.levels[0]!)).toBe(true)
  const span = { pages: [{ page: decoded, rows: 2 }], broken: 0 }
  const { low, high } = thinSeries(span, 'domain', '', 0, { from: 0, to: 2000, count: 2 })
  expect([...low, ...high].every(Number.isNaN)).toBe(true)
})
