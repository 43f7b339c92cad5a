'use client'

import { Modal } from '../ui/modal.tsx'
import { usePage, useViewStore } from './view-context.tsx'

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Filter'],
  [['↑', '↓', '←', '→'], 'Move the cursor'],
  [['Page Up', 'Page Down'], 'Move by a page'],
  [['Home', 'End'], 'First or last column'],
  [['Ctrl Home', 'Ctrl End'], 'First or last cell of the grid'],
  [['Enter'], 'Open the domain'],
  [['Space'], 'Pick or drop the row; two picked rows or more are compared'],
  [['Shift ↑', 'Shift ↓'], 'Pick the rows on the way'],
  [['Ctrl C'], 'Copy the picked rows as a table'],
  [['s'], 'Sort by the column with the cursor; again to turn round'],
  [['Shift s'], 'Make it a further sort key'],
  [['p'], 'Pause and go on'],
  [['←', '→', '+', '−'], 'On the time cursor of open domains: move it, zoom in and out'],
  [['↑', '↓', 'Enter'], 'On the strip of vCPUs: read one out, show its lines'],
  [['Esc'], 'Close the domain, drop the picked rows, let the order go; in the filter: clear it'],
  [['?'], 'This list'],
]

/** The list of keys. */
export function HelpDialog() {
  const open = usePage((page) => page.helpOpen)
  const store = useViewStore()
  if (!open) return null
  return (
    <Modal title="Keys" onClose={() => store.setState({ helpOpen: false })}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">
        The order is calm: it follows the values every 5 seconds, and holds while the pointer is over the rows, a cell
        has the focus, or rows or text are selected.
      </p>
    </Modal>
  )
}
