import type { Metric, Unit } from './types.ts'

/** What stands for a value that is not known. */
export const UNKNOWN_TEXT = '–'

const MINUS = '\u2212'
const SI_BASE = 1000
const BINARY_BASE = 1024

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const
const BYTE_RATES = ['B/s', 'KiB/s', 'MiB/s', 'GiB/s', 'TiB/s', 'PiB/s'] as const
const BIT_RATES = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s', 'Pbit/s'] as const
const RATES = ['/s', 'k/s', 'M/s', 'G/s', 'T/s'] as const
const SMALL_TIMES = ['ns', 'µs', 'ms', 's'] as const

const LONG_TIMES = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3600 },
  { unit: 'min', seconds: 60 },
] as const

/**
 * A value with its unit, as a person reads it: `12.3 %`, `1.2 GiB`, `340 µs`.
 *
 * @remarks One decimal below 100 and none from there on, so that a right-aligned column keeps its width while values
 * move; cores and ratios, where hundredths matter, have two decimals below 10. A true zero is `0`, a small value `0.0`.
 * Byte rates are shown in bytes; {@link formatBitRate} shows them in bits.
 * @param value - In `unit`. Anything that is not finite gives {@link UNKNOWN_TEXT}.
 */
export function formatValue(unit: Unit, value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN_TEXT
  if (value < 0) return negative(formatValue(unit, -value))
  switch (unit) {
    case '%':
      return `${decimal(value)} %`
    case 'cores':
      return `${fine(value)} cores`
    case 'ratio':
      return `${fine(value)} ×`
    case 'requests':
      return `${decimal(value)} req`
    case 'count':
      return whole(value)
    case 'B':
      return scaled(value, BINARY_BASE, BYTES)
    case 'KiB':
      return scaled(value * BINARY_BASE, BINARY_BASE, BYTES)
    case 'B/s':
      return scaled(value, BINARY_BASE, BYTE_RATES)
    case 'KiB/s':
      return scaled(value * BINARY_BASE, BINARY_BASE, BYTE_RATES)
    case '1/s':
      return scaled(value, SI_BASE, RATES)
    case 'ns':
      return duration(value)
    case 'ms':
      return duration(value * 1e6)
    case 's':
      return value === 0 ? '0 s' : duration(value * 1e9)
    case 'word':
      return String(value)
  }
}

/** What rounds to zero has no sign: "minus nothing" says nothing. */
function negative(magnitude: string): string {
  return /^0(\.0+)?(?![.\d])/.test(magnitude) ? magnitude : MINUS + magnitude
}

/** A rate given in bytes per second, in bits per second: `1.2 Gbit/s`. */
export function formatBitRate(bytesPerSecond: number): string {
  if (!Number.isFinite(bytesPerSecond)) return UNKNOWN_TEXT
  if (bytesPerSecond < 0) return negative(formatBitRate(-bytesPerSecond))
  return scaled(bytesPerSecond * 8, SI_BASE, BIT_RATES)
}

/**
 * A value of a metric of the catalogue, with its unit.
 *
 * @param networkInBits - Network rates in bit/s, as network people read them; false shows bytes.
 */
export function formatMetric(metric: Metric, value: number, networkInBits = true): string {
  if (networkInBits && metric.unit === 'B/s' && metric.id.startsWith('net')) return formatBitRate(value)
  return formatValue(metric.unit, value)
}

/** One decimal below 100, none from there on. Not negative. */
function decimal(value: number): string {
  if (value === 0) return '0'
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0)
}

/** Two decimals below 10, then as {@link decimal}. Not negative. */
function fine(value: number): string {
  return value !== 0 && value < 9.995 ? value.toFixed(2) : decimal(value)
}

function whole(value: number): string {
  return value.toFixed(0)
}

/** Scales by powers of `base` until the rounded number is below it; the first unit may stay a fraction. */
function scaled(value: number, base: number, units: readonly string[]): string {
  const last = units.length - 1
  let step = 0
  let rest = value
  // Half a unit below the base rounds up to it: 1023.6 KiB is 1.0 MiB, never 1024 KiB.
  while (rest >= base - 0.5 && step < last) {
    rest /= base
    step++
  }
  // Whole bytes and bits have no decimals; rates below ten keep one, because 0.3 events a second is an answer.
  const text = step === 0 && Number.isInteger(rest) ? whole(rest) : decimal(rest)
  return `${text} ${units[step]!}`
}

/** From nanoseconds to days. */
function duration(ns: number): string {
  const seconds = ns / 1e9
  for (const { unit, seconds: length } of LONG_TIMES) {
    if (seconds >= length - 0.05) return `${decimal(seconds / length)} ${unit}`
  }
  return scaled(ns, SI_BASE, SMALL_TIMES)
}
