'use client'

import { useState } from 'react'

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  readonly range: { readonly least: number; readonly most: number }
  readonly onChange: (value: number) => void
}

/** A number within bounds. What is being typed may be none yet: it counts when it is. */
export function NumberField({ label, value, range: { least, most }, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState(String(value))
  const number = typed.trim() === '' ? Number.NaN : Number(typed)
  const isGood = number >= least && number <= most
  return (
    <label>
      {label}
      <input
        type="number"
        min={least}
        max={most}
        step="any"
        value={typed}
        aria-invalid={!isGood}
        title={`${least} to ${most}`}
        onChange={(event) => {
          setTyped(event.target.value)
          const next = event.target.value.trim() === '' ? Number.NaN : Number(event.target.value)
          if (next >= least && next <= most) onChange(Math.round(next * 10) / 10)
        }}
      />
    </label>
  )
}
