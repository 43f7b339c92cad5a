/** An age as a person reads it at a glance: `0.4 s`, `12 s`, `3 min`, `2 h`, `5 d`. Rounded down, never up. */
export function ageText(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`
  if (seconds < 120) return `${Math.floor(seconds)} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** The same in whole seconds from the start: `0 s`, `3 s`. For what is on time nearly always: tenths would only dance. */
export function wholeAgeText(ms: number): string {
  return ageText(Math.floor(ms / 1000) * 1000).replace('.0 ', ' ')
}
