import { describe, expect, it } from 'vitest'
import { DEFAULT_VIEW } from '../../lib/view/view-state.ts'
import { createViewStore } from './view-store.ts'

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
