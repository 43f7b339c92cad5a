'use client'

import { useStore } from 'zustand'
import type { DetailView } from '../../live/live-detail.ts'

const NOTES: Readonly<Record<string, string>> = {
  domain:
    'The past of the vCPUs, disks and NICs of this domain is not recorded: the server has no memory for it (--history-memory).',
  nothing: 'The past of this domain is not recorded: the server has no memory for it (--history-memory).',
}

/** Says what of the past the server does not record; nothing as a rule. */
export function RecordedNote({ view }: { view: Pick<DetailView, 'store'> }) {
  const recorded = useStore(view.store, (state) => state.facts.recorded)
  const note = typeof recorded === 'string' ? NOTES[recorded] : undefined
  return note === undefined ? null : <p className="hint recorded-note">{note}</p>
}
