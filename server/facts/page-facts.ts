import { attribute, child, children, wholeNumber } from './xml-read.ts'
import { parseXml, type Wanted, type XmlElement } from './xml-tree.ts'

/** Reserved huge pages of one size on one NUMA node. */
export interface PageFacts {
  readonly cell: number
  readonly sizeKiB: number
  /** Reserved, used or not. */
  readonly pages: number
}

const WANTED: Wanted = { host: { topology: { cells: { cell: { pages: {} } } } } }
/** Most NUMA nodes that are looked at. */
const MAX_CELLS = 64

/**
 * Reads the reserved huge pages out of a host's capabilities.
 *
 * @returns Only what is reserved, so an empty list on most machines; null when the daemon does not tell.
 * @throws DomscopeError as {@link parseXml} does.
 */
export function readPageFacts(capabilities: string): readonly PageFacts[] | null {
  const { root } = parseXml(capabilities, WANTED)
  const cells = children(child(child(child(root, 'host'), 'topology'), 'cells'), 'cell').slice(0, MAX_CELLS)
  const read = cells.map(readCell)
  if (!read.some((cell) => cell !== null)) return null
  return read.flatMap((cell) => cell ?? [])
}

/** The smallest size is the ordinary page: 4 KiB on most machines, 64 KiB on some. */
function readCell(cell: XmlElement): readonly PageFacts[] | null {
  const id = wholeNumber(attribute(cell, 'id'))
  const sizes = children(cell, 'pages').flatMap((element) => {
    const sizeKiB = attribute(element, 'unit') === 'KiB' ? wholeNumber(attribute(element, 'size')) : null
    const pages = wholeNumber(element.text)
    return sizeKiB === null || pages === null || sizeKiB <= 0 || pages < 0 ? [] : [{ sizeKiB, pages }]
  })
  if (id === null || id < 0 || sizes.length === 0) return null
  const ordinary = Math.min(...sizes.map(({ sizeKiB }) => sizeKiB))
  return sizes
    .filter(({ sizeKiB, pages }) => sizeKiB > ordinary && sizeKiB < 2 ** 32 && pages > 0)
    .map(({ sizeKiB, pages }) => ({ cell: id, sizeKiB, pages }))
}
