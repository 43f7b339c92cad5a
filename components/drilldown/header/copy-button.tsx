'use client'

import { useState } from 'react'

/** How long the button says that it copied. */
const DONE_MS = 1500

/** Copies a text. Without a secure context browsers have no clipboard: then it says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [label, setLabel] = useState('Copy')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setLabel('Copied')
    } catch {
      setLabel('Not allowed')
    }
    setTimeout(() => setLabel('Copy'), DONE_MS)
  }
  return (
    <button type="button" className="plain small" onClick={() => void copy()} aria-label={`Copy ${what}`}>
      {label}
    </button>
  )
}
