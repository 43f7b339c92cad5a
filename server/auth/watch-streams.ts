import { CloseCode } from '../../lib/sync/wire/protocol.ts'
import type { Clock } from '../clock.ts'
import type { SessionStore } from './session-store.ts'

/** Streams by the session that they were opened with. */
export interface SessionStreams {
  /** Public ids, each once. */
  sessions(): ReadonlySet<string>
  closeSession(session: string, code: CloseCode, reason: string): void
}

const RECHECK_MS = 30_000

/**
 * Keeps open streams no longer than their sessions (S-4): the end of a session closes its streams in the same turn, and
 * every 30 s all are looked up again. A stream that is open counts as use of its session.
 *
 * @returns The undo.
 */
export function watchStreams(sessions: SessionStore, streams: SessionStreams, clock: Clock): () => void {
  const close = (id: string, why: string) => streams.closeSession(id, CloseCode.Auth, `login ended: ${why}`)
  const stopListening = sessions.onEnded(({ session }, why) => close(session, why))
  let cancel = () => {}
  const recheck = () => {
    for (const id of streams.sessions()) {
      if (sessions.touch(id) === null) close(id, 'expired')
    }
    cancel = clock.after(RECHECK_MS, recheck)
  }
  cancel = clock.after(RECHECK_MS, recheck)
  return () => {
    stopListening()
    cancel()
  }
}
