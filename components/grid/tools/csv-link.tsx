'use client'

import { csvAddress } from '../../../lib/view/csv-address.ts'
import { usePage } from '../../shell/view-context.tsx'
import { ownAddress } from '../../ui/address.ts'

/** Brings the rows of the grid as a file that spreadsheets open. */
export function CsvLink() {
  const columns = usePage((page) => page.view.columns)
  const filter = usePage((page) => page.filterInForce)
  const sort = usePage((page) => page.view.sort)
  const href = csvAddress({ columns: columns.map(({ id }) => id), filter, sort })
  return (
    <a
      className="plain"
      href={ownAddress(href)}
      download
      title="All rows that the filter lets through, in this order, with these columns in full precision, as CSV for spreadsheets. Only Age does not order the file."
    >
      CSV
    </a>
  )
}
