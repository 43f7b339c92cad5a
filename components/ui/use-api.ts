'use client'

import { useEffect, useState } from 'react'
import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { browserClock } from '../live/feed-clock.ts'
import { useFeed } from '../live/use-fleet.tsx'
import { useSessionCheck } from '../session/session-context.tsx'
import { readApi } from './api.ts'
import { keepAsking } from './keep-asking.ts'

export interface ApiState<T> {
  /** The last good answer; it stays when a later one fails. */
  readonly answer: T | null
  readonly error: DomscopeError | null
  /** When `answer` came, on the browser's monotonic clock. */
  readonly answeredAt: number | null
}

const NOTHING = { answer: null, error: null, answeredAt: null } as const

/**
 * Asks the API again and again while the page is visible and the view is not paused; one request at a time.
 *
 * @param path - Null asks nothing. A new path forgets the answer to the old one.
 * @param isIdle - True while nobody looks at the answer: after the first one, nothing is asked. Must be stable.
 */
export function useApi<T>(path: string | null, intervalMs: number, isIdle = neverIdle): ApiState<T> {
  const feed = useFeed()
  const checkSession = useSessionCheck()
  const [state, setState] = useState<ApiState<T> & { readonly path: string | null }>({ ...NOTHING, path })
  useEffect(() => {
    if (path === null) return
    const controller = new AbortController()
    const stop = keepAsking({
      ask: () => askOnce(path, controller.signal, setState),
      isPaused: () => feed.store.getState().paused || isIdle(),
      isHidden: () => document.hidden,
      intervalMs,
      clock: browserClock,
    })
    return () => {
      controller.abort()
      stop()
    }
  }, [path, intervalMs, feed, isIdle])
  const lacksLogin = state.error?.code === 'LOGIN_REQUIRED'
  useEffect(() => {
    if (lacksLogin) checkSession()
  }, [lacksLogin, checkSession])
  return state.path === path ? state : NOTHING
}

function neverIdle(): boolean {
  return false
}

async function askOnce<T>(
  path: string,
  signal: AbortSignal,
  setState: (
    next: (before: ApiState<T> & { readonly path: string | null }) => ApiState<T> & { readonly path: string | null },
  ) => void,
): Promise<boolean> {
  try {
    const answer = await readApi<T>(path, signal)
    if (!signal.aborted) setState(() => ({ path, answer, error: null, answeredAt: performance.now() }))
    return true
  } catch (error) {
    const known = findDomscopeError(error)
    if (signal.aborted || known === null) return false
    setState((before) => ({ ...(before.path === path ? before : NOTHING), path, error: known }))
    return false
  }
}
