import { expect, it } from 'vitest'
import { csvAddress } from './csv-address.ts'

it('[TX3] asks for what is shown: columns, filter and order, with a byte order mark', () => {
  const sort = [
    { column: 'cpuPercent', descending: true },
    { column: 'age', descending: true },
    { column: 'name', descending: false },
  ]
  expect(
    csvAddress({ columns: ['state', 'name', 'project', 'host', 'cpuPercent', 'age'], filter: 'a&b ü', sort }),
  ).toBe('/api/v1/domains?format=csv&bom=1&columns=project,cpuPercent&filter=a%26b+%C3%BC&sort=-cpuPercent,name')
})

it('[TX3] asks for no default columns where the grid shows none', () => {
  expect(csvAddress({ columns: ['name', 'age'], filter: '', sort: [] })).toBe(
    '/api/v1/domains?format=csv&bom=1&columns=name',
  )
})
