'use client'

import type { ReactNode } from 'react'
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { useFeedState } from '../live/use-fleet.tsx'
import { ownAddress } from '../ui/address.ts'
import { readApi } from '../ui/api.ts'
import { loginAddress } from './return-address.ts'
import { SESSION_API, type SessionAnswer } from './session-answer.ts'

const AnswerContext = createContext<SessionAnswer | null>(null)
const CheckContext = createContext<() => void>(() => {})

/**
 * Knows who looks at the page, and sends the page to the login when that is nobody any more.
 *
 * @remarks A browser does not tell a page why its stream was refused, so each loss of it is a reason to ask.
 */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [answer, setAnswer] = useState<SessionAnswer | null>(null)
  // Each try of the stream asks once more: leaving again would begin the load of the login anew.
  const isLeaving = useRef(false)
  const check = useCallback(() => {
    if (isLeaving.current) return
    void readApi<SessionAnswer>(SESSION_API, new AbortController().signal).then(
      (found) => {
        setAnswer(found)
        const login = found.loggedIn ? null : loginAddress(window.location, ownAddress(''))
        if (login === null || isLeaving.current) return
        isLeaving.current = true
        window.location.replace(login)
      },
      (error: unknown) => {
        // Out of reach: the banner says so already, and the next try comes with the stream's.
        if (findDomscopeError(error) === null) throw error
      },
    )
  }, [])
  useEffect(check, [check])
  const status = useFeedState((state) => state.status)
  const attempt = useFeedState((state) => state.attempt)
  useEffect(() => {
    if (status === 'refused' || (status === 'waiting' && attempt > 0)) check()
  }, [status, attempt, check])
  return (
    <CheckContext value={check}>
      <AnswerContext value={answer}>{children}</AnswerContext>
    </CheckContext>
  )
}

/** Who looks at the page; null until that is known. */
export function useSession(): SessionAnswer | null {
  return useContext(AnswerContext)
}

/** Asks anew who is logged in. Stable. */
export function useSessionCheck(): () => void {
  return useContext(CheckContext)
}
