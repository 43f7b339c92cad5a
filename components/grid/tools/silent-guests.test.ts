import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../../lib/columns/code-table.ts'
import { countSilentGuests } from './silent-guests.ts'

function fleetOf(columns: readonly string[]) {
  const domains = new CodeTable()
  for (const id of columns) domains.addColumn(id, 'ufloat16')
  for (let row = 0; row < 4; row++) domains.bear(row, [], 1)
  return { domains, hosts: new CodeTable(), offset: 1, freshness: [], exceptions: new Map() }
}

describe('guests that give no memory statistics', () => {
  it('are those whose RSS is known and whose use is not', () => {
    const fleet = fleetOf(['memoryUsedPercent', 'rssKiB'])
    const used = fleet.domains.column('memoryUsedPercent')!
    const rss = fleet.domains.column('rssKiB')!
    for (const row of [0, 1, 3]) rss.set(row, 5000, 2)
    used.set(0, 5000, 2)
    fleet.domains.bury(3, 2)
    expect(countSilentGuests(fleet)).toBe(1)
  })

  it('are not counted while a column is missing', () => {
    expect(countSilentGuests(fleetOf(['rssKiB']))).toBe(0)
  })
})
