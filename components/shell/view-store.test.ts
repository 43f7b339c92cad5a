import { describe, expect, it } from 'vitest'
import { DEFAULT_VIEW } from '../../lib/view/view-state.ts'
import type { ViewStore } from './view-store.ts'
import { createViewStore, openedAs } from './view-store.ts'

describe('view store', () => {
  it('keeps the last good filter in force while a new one cannot be read', () => {
    const store = createViewStore()
    store.setFilter('web')
    const good = store.getState().filter
    store.setFilter('web cpu>80')
    expect(store.getState()).toMatchObject({ filterInForce: 'web', filterFault: { at: 7 } })
    expect(store.getState().filter).toBe(good)
    expect(store.getState().view.filter).toBe('web cpu>80')
    store.setFilter('')
    expect(store.getState()).toMatchObject({ filterInForce: '', filterFault: null })
  })

  it('puts a width into the link and remembers it, and forgets both on reset', () => {
    const store = createViewStore()
    store.setWidth('name', 321)
    expect(store.getState().rememberedWidths).toEqual({ name: 321 })
    expect(store.getState().view.columns.find(({ id }) => id === 'name')?.width).toBe(321)
    store.setWidth('name', null)
    expect(store.getState().rememberedWidths).toEqual({})
    expect(store.getState().view.columns).toEqual(DEFAULT_VIEW.columns)
  })

  it('opens numbers with the greatest on top and words in natural order', () => {
    const store = createViewStore()
    store.sortBy('diskIops', false)
    store.sortBy('name', true)
    expect(store.getState().view.sort).toEqual([
      { column: 'diskIops', descending: true },
      { column: 'name', descending: false },
    ])
  })
})

describe('an open domain that moves', () => {
  const uuid = '00000000-0000-4000-8000-000000000001'
  const at = (host: string) => ({ uuid, host })

  it('is named by the link where it is, stays the panel that was opened, and keeps its zoom', () => {
    const store = createViewStore()
    store.open(at('a'))
    store.setDetail({ zoom: { from: 1, to: 2 } })
    store.follow(at('a'), 'a')
    expect(store.getState().moved).toBeNull()
    for (const host of ['b', 'a', 'c']) {
      store.follow(at('a'), host)
      expect([store.getState().view.open, openedAs(store.getState())]).toEqual([at(host), at('a')])
    }
    expect(store.getState().view.detail.zoom).toEqual({ from: 1, to: 2 })
  })

  it('is another panel when it is opened anew', () => {
    const store = createViewStore()
    store.open(at('a'))
    store.follow(at('a'), 'b')
    store.open(at('b'))
    expect([openedAs(store.getState()), store.getState().moved]).toEqual([at('b'), null])
    store.open(null)
    expect(openedAs(store.getState())).toBeNull()
  })

  it('leaves what is open beside the grid alone on a page of its own', () => {
    const store = createViewStore()
    store.follow(at('a'), 'b')
    expect(store.getState()).toMatchObject({ moved: { asked: at('a'), host: 'b' }, view: { open: null } })
  })
})

describe('picked domains', () => {
  const named = (host: string) => ({ host, uuid: '00000000-0000-4000-8000-000000000001' })
  const hosts = (store: ViewStore) => store.getState().view.compare.domains.map(({ host }) => host)

  it('keep their place while others come and go', () => {
    const store = createViewStore()
    store.pick([named('b'), named('a')])
    store.pick([named('a'), named('c'), named('b')])
    expect(hosts(store)).toEqual(['b', 'a', 'c'])
    store.pick([named('c'), named('a')])
    expect(hosts(store)).toEqual(['a', 'c'])
    const { view } = store.getState()
    store.pick([named('c'), named('a')])
    expect(store.getState().view.compare.domains).toBe(view.compare.domains)
  })

  it('are picked where they went, in their old places, and once', () => {
    const store = createViewStore()
    const other = { host: 'b', uuid: '00000000-0000-4000-8000-000000000002' }
    store.pick([named('a'), other])
    store.followPick(named('a'), 'b')
    expect(store.getState().view.compare.domains).toEqual([named('b'), other])
    const { view } = store.getState()
    store.followPick(named('a'), 'b')
    expect(store.getState().view).toBe(view)
    store.pick([named('a'), named('b')])
    store.followPick(named('a'), 'b')
    expect(store.getState().view.compare.domains).toEqual([named('b')])
  })

  it('are compared from the second on: the open domain makes room, and the zoom stays', () => {
    const store = createViewStore()
    const zoom = { from: 1000, to: 9000 }
    store.open(named('a'))
    store.setDetail({ zoom })
    store.pick([named('b')])
    expect(store.getState().view).toMatchObject({ open: { host: 'a' }, detail: { zoom } })
    store.pick([named('a'), named('b')])
    expect(store.getState().view).toMatchObject({ open: null, detail: { zoom } })
    store.open(named('b'))
    store.open(null)
    expect(store.getState().view).toMatchObject({ open: null, detail: { zoom } })
    store.pick([])
    expect(store.getState().view.detail.zoom).toBeNull()
  })
})
