import type { Locator, Page } from '@playwright/test'
import { expect } from './watched-page.ts'

/** What the grid offers to tests: the store behind it, read-only. */
export interface HookedWindow {
  readonly __domscope?: {
    readonly offset: number
    /** Domain rows in the order that is shown. */
    readonly rows: readonly number[]
    /** What the cell of a row must show. */
    cell(row: number, columnId: string): string
  }
}

/** The element with the grid role; it scrolls. */
export const gridOf = (page: Page) => page.getByRole('grid').first()

/** Opens the fleet page and waits until the grid has `rows` domains. */
export async function openGrid(page: Page, url: string, rows: number): Promise<void> {
  await page.goto(url)
  await waitForRows(page, rows)
}

export async function waitForRows(page: Page, rows: number, timeout = 30_000): Promise<void> {
  await page.waitForFunction(
    (wanted) => ((window as unknown as HookedWindow).__domscope?.rows.length ?? 0) === wanted,
    rows,
    { timeout },
  )
}

/** Scrolls to an element; again if the page replaces it in that moment, as it does while it is laid out first. */
export async function intoView(element: Locator): Promise<void> {
  await expect(() => element.scrollIntoViewIfNeeded({ timeout: 5000 })).toPass({ timeout: 30_000 })
}

/** Waits until `count` more commits were painted. */
export async function afterCommits(page: Page, count: number): Promise<void> {
  const painted = async () => Number(await gridOf(page).getAttribute('data-offset'))
  const first = await painted()
  await expect.poll(painted, { timeout: Math.max(20_000, 1500 * count) }).toBeGreaterThanOrEqual(first + count)
}

/** The row of a domain by its name, when it is on the screen. */
export const rowNamed = (page: Page, name: string) =>
  gridOf(page)
    .getByRole('row')
    .filter({ has: page.getByText(name, { exact: true }) })

export interface CellDifference {
  readonly row: number
  readonly column: string
  readonly shown: string
  readonly expected: string
}

export interface CellComparison {
  readonly cells: number
  readonly rows: number
  readonly differences: readonly CellDifference[]
}

/**
 * Compares every cell that can be seen with the store, in one task after a paint, so that neither moves meanwhile.
 *
 * @remarks Blanks do not count. An age may be one second off: it is reckoned at the moment of the question.
 */
export function compareVisibleCells(page: Page): Promise<CellComparison> {
  return page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const grid = document.querySelector<HTMLElement>('[role=grid]')!
    const hook = (window as unknown as HookedWindow).__domscope!
    // A scroll is painted in the frame that shows it, but after whoever asked for that frame earlier.
    await frame()
    // The painter runs in a frame of its own; look when it has caught up with the store.
    do await frame()
    while (grid.dataset.offset !== String(hook.offset))
    const columns = new Map<string, string>()
    const units = new Map<string, string>()
    for (const head of grid.querySelectorAll<HTMLElement>('[role=columnheader]')) {
      columns.set(head.ariaColIndex ?? '', head.dataset.column ?? '')
      units.set(head.dataset.column ?? '', head.querySelector('.h-unit')?.textContent ?? '')
    }
    const view = grid.getBoundingClientRect()
    const squeeze = (text: string) => text.replace(/[\s\u2068\u2069]+/g, '')
    // A title and the name after it are one text in parentheses in the store, and two of different weight in the cell.
    const twoNames = (column: string, shown: string, expected: string) =>
      column === 'name' &&
      expected.endsWith(')') &&
      [...expected].some((sign, at) => sign === '(' && expected.slice(0, at) + expected.slice(at + 1, -1) === shown)
    const differences: CellDifference[] = []
    let cells = 0
    let rows = 0
    for (const element of grid.querySelectorAll<HTMLElement>('[role=row][data-row]')) {
      const place = element.getBoundingClientRect()
      if (element.hidden || place.bottom <= view.top || place.top >= view.bottom) continue
      rows++
      const row = Number(element.dataset.row)
      for (const cell of element.querySelectorAll<HTMLElement>('[role=gridcell]')) {
        const column = columns.get(cell.ariaColIndex ?? '')
        if (column === undefined || column === '') throw new Error(`a cell without a column: ${cell.ariaColIndex}`)
        cells++
        const [shown, expected] = [squeeze(cell.textContent), squeeze(hook.cell(row, column))]
        const near = column === 'age' && Math.abs(Number.parseFloat(shown) - Number.parseFloat(expected)) <= 1
        // A unit that all cells share stands in the header alone.
        const full = shown + squeeze(units.get(column) ?? '')
        if (shown !== expected && full !== expected && !near && !twoNames(column, shown, expected))
          differences.push({ row, column, shown, expected })
      }
    }
    return { cells, rows, differences }
  })
}
