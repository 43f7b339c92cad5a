import { parseQuery } from '../../lib/view/query-string.ts'

/** The link that an address names, and its secret where it is known. */
export interface LinkPlace {
  readonly id: string
  readonly secret: string | null
}

/** The parts of a window that are needed to find a link. */
export interface LinkWindow {
  readonly location: Pick<Location, 'pathname' | 'search' | 'hash'>
  readonly history: Pick<History, 'replaceState' | 'state'>
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * Takes the secret of a link out of the address, and keeps it for as long as the tab lives; null where the address names
 * no link.
 *
 * @remarks From then on no history, no picture of the screen and no script that reads the address has it. A kiosk that
 * starts anew brings it along.
 */
export function takeLink({ location, history, sessionStorage }: LinkWindow): LinkPlace | null {
  const id = parseQuery(location.search).get('link')
  if (id === undefined || id === '') return null
  const key = `domscope.link.${id}`
  const brought = location.hash.slice(1)
  if (brought === '') return { id, secret: recall(sessionStorage, key) }
  history.replaceState(history.state, '', `${location.pathname}${location.search}`)
  try {
    sessionStorage.setItem(key, brought)
  } catch {
    // Storage may be blocked: then the screen needs the whole address again after a reload.
  }
  return { id, secret: brought }
}

function recall(storage: Pick<Storage, 'getItem'>, key: string): string | null {
  try {
    return storage.getItem(key)
  } catch {
    // As above.
    return null
  }
}
