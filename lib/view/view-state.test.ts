import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMPARE_METRICS, DEFAULT_COMPARE, MAX_LINKED } from './compare-choice.ts'
import { DEFAULT_DETAIL, DETAIL_RANGE_NAMES } from './detail-choice.ts'
import { GRID_COLUMNS } from './grid-columns.ts'
import type { ViewState } from './view-state.ts'
import { DEFAULT_VIEW, formatView, parseView } from './view-state.ts'

const SEED = 5
const column = fc.constantFrom(...GRID_COLUMNS.map(({ id }) => id))
const domainNames = fc.record({ host: fc.string({ minLength: 1, maxLength: 20 }), uuid: fc.uuid() })
const groups = fc.uniqueArray(fc.constantFrom('cpu', 'vcpus', 'disk:vda', 'nic:vnet0', 'raw'), { maxLength: 5 })
const details = fc.record({
  range: fc.constantFrom(...DETAIL_RANGE_NAMES),
  zoom: fc.option(
    fc
      .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 2000, max: 1e10 }))
      .map(([from, length]) => ({ from, to: from + length })),
    { nil: null },
  ),
  charts: fc.option(groups, { nil: null }),
})
const anyViews: fc.Arbitrary<ViewState> = fc.record({
  filter: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => (text.trim() === '' ? '' : text)),
  sort: fc
    .uniqueArray(column, { minLength: 1, maxLength: 3 })
    .chain((columns) =>
      fc.tuple(...columns.map((id) => fc.record({ column: fc.constant(id), descending: fc.boolean() }))),
    ),
  columns: fc.uniqueArray(
    fc.record({ id: column, width: fc.option(fc.integer({ min: 48, max: 800 }), { nil: null }) }),
    { minLength: 1, maxLength: 12, selector: ({ id }) => id },
  ),
  theme: fc.constantFrom(null, 'dark', 'light', 'contrast'),
  density: fc.constantFrom('normal', 'compact'),
  open: fc.option(domainNames, { nil: null }),
  compare: fc.record({
    domains: fc.uniqueArray(domainNames, { maxLength: MAX_LINKED, selector: ({ host, uuid }) => `${uuid}@${host}` }),
    metrics: fc.subarray([...COMPARE_METRICS], { minLength: 1 }),
  }),
  detail: details,
})
// Without an open domain, and without picked ones, a link says nothing of how they are looked at.
const views = anyViews.map((view): ViewState => {
  if (view.compare.domains.length > 0) return view
  return { ...view, compare: DEFAULT_COMPARE, detail: view.open === null ? DEFAULT_DETAIL : view.detail }
})

describe('view link', () => {
  it('is empty for the default view', () => {
    expect(formatView(DEFAULT_VIEW)).toBe('')
    expect(parseView('')).toEqual({ view: DEFAULT_VIEW, problems: [] })
  })

  it(`opens the same view again (seed ${SEED})`, () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(parseView(`?${formatView(view)}`)).toEqual({ view, problems: [] })
      }),
      { seed: SEED, numRuns: 500 },
    )
  })

  it('stays readable', () => {
    const view: ViewState = {
      ...DEFAULT_VIEW,
      filter: 'web prod',
      sort: [{ column: 'diskIops', descending: true }],
      columns: [
        { id: 'name', width: 300 },
        { id: 'cpuPercent', width: null },
      ],
      open: { host: 'kvm-01', uuid: '00000000-0000-4000-8000-000000000001' },
    }
    expect(formatView(view)).toBe(
      'q=web+prod&sort=-diskIops&cols=name~300,cpuPercent&open=00000000-0000-4000-8000-000000000001@kvm-01',
    )
  })

  it('takes aliases and writes ids', () => {
    const { view, problems } = parseView('cols=name,cpu,mem%25&sort=-iops')
    expect(view.columns.map(({ id }) => id)).toEqual(['name', 'cpuPercent', 'memoryUsedPercent'])
    expect(view.sort).toEqual([{ column: 'diskIops', descending: true }])
    expect(problems).toEqual([])
  })

  it('ignores what makes no sense, keeps the rest, and says so', () => {
    const { view, problems } = parseView(
      'q=web&sort=nope&cols=name~7,bogus&theme=pink&density=huge&open=x&other=1&range=2d&zoom=a/b',
    )
    expect(view).toEqual({ ...DEFAULT_VIEW, filter: 'web', columns: [{ id: 'name', width: null }] })
    expect(problems).toHaveLength(8)
    expect(problems.join(' ')).toContain('“bogus”')
  })

  it(`never throws, whatever the address says (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(parseView(`${text}&cols=${text}&q=%E0%A4%A`).view.columns.length).toBeGreaterThan(0)
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})
