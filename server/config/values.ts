import { isIPv4, isIPv6 } from 'node:net'
import { AUTH_MODES, type AuthSettings } from './auth-settings.ts'
import { configError } from './config-error.ts'
import { strangerIn } from './stranger-in.ts'

/** Where the server listens. */
export interface ListenAddress {
  /** An address of this machine; IPv6 without brackets. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
}

export const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 8080 }

const MAX_PORT = 65_535
const LISTEN_REMEDY = 'Write HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080.'

/**
 * Reads `HOST:PORT`.
 *
 * @throws DomscopeError `BAD_CONFIG` that names `where`.
 */
export function parseListen(text: string, where: string): ListenAddress {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(text)
  if (match === null) {
    const several = /[,;|]/.test(text) ? ', and there is only one' : ''
    throw configError(where, `"${text}" is not HOST:PORT${several}${strangerIn(text)}`, LISTEN_REMEDY)
  }
  const port = Number(match[3])
  if (port > MAX_PORT) throw configError(where, `port ${match[3]} is not 0 to ${MAX_PORT}`, LISTEN_REMEDY)
  const host = match[1] ?? match[2]!
  if (match[1] !== undefined && !isIPv6(host)) {
    throw configError(where, `"${host}" is not an IPv6 address`, LISTEN_REMEDY)
  }
  // The resolver is not asked: where localhost leads elsewhere we would listen elsewhere.
  if (host.toLowerCase() === 'localhost') return { host: DEFAULT_LISTEN.host, port }
  if (isIPv4(host) || isIPv6(host)) return { host, port }
  const shown = host === '' ? 'there is no address' : `"${host}" is not an address`
  throw configError(where, shown, `${LISTEN_REMEDY} 0.0.0.0:${port} is all of IPv4, [::]:${port} all there are.`)
}

/**
 * Refuses to be reached by others without a login.
 *
 * @throws DomscopeError `BAD_CONFIG` that names `where`.
 */
export function checkReach({ host, port }: ListenAddress, auth: AuthSettings, where: string): void {
  if (isLoopbackAddress(host) || auth.mode !== 'loopback' || auth.insecure) return
  throw configError(
    where,
    `without a login Domscope listens on loopback only, not on ${host}`,
    `Set --auth ${AUTH_MODES.filter((mode) => mode !== 'loopback').join(', ')}; or --listen 127.0.0.1:${port} and reach it by ` +
      `ssh -L ${port}:127.0.0.1:${port}. --insecure-no-auth lets everybody in.`,
  )
}

/** Whether only this machine can reach an address. */
export function isLoopbackAddress(host: string): boolean {
  return (isIPv4(host) && host.startsWith('127.')) || isLoopback6(host)
}

function isLoopback6(host: string): boolean {
  return isIPv6(host) && /^(?:0{0,4}:){2,7}0{0,3}1$/.test(host)
}

export interface Bounds {
  readonly min: number
  readonly max: number
  readonly unit: string
}

export const INTERVAL_BOUNDS: Bounds = { min: 200, max: 60_000, unit: 'milliseconds' }
export const DUTY_BOUNDS: Bounds = { min: 1, max: 100, unit: 'percent' }
export const HISTORY_BOUNDS: Bounds = { min: 8, max: 1_048_576, unit: 'MiB' }

/** A whole number within bounds, from a flag's text or a config file's number. */
export function parseWhole(value: unknown, where: string, { min, max, unit }: Bounds): number {
  const number = typeof value === 'number' ? value : /^\d{1,12}$/.test(String(value)) ? Number(value) : Number.NaN
  if (Number.isInteger(number) && number >= min && number <= max) return number
  const given = typeof value === 'string' ? `"${value}"` : JSON.stringify(value)
  const range = `a whole number of ${unit} from ${min} to ${max}`
  throw configError(where, `${given} is not ${range}${strangerIn(String(value))}`, `Give ${range}.`)
}
