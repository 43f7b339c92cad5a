import type { Domscope } from './start-domscope.ts'
import { until } from './until.ts'

/** A domain as the API tells it. */
export interface ApiDomain {
  readonly uuid: string
  readonly name: string
  readonly host: string
  readonly id: number
  readonly state: string
  readonly reason: string
  readonly ageMs: number | null
  readonly overdueMs: number | null
  readonly partial: string | null
  readonly partialReason: string | null
  readonly metrics: Readonly<Record<string, number | null>>
  readonly raw: readonly { name: string; type: string; value: string; ageMs: number }[]
}

export interface ApiHost {
  readonly host: string
  readonly uri: string
  readonly state: string
  readonly domains: number
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string | null } | null
  readonly [field: string]: unknown
}

/** The domain, or undefined when the API does not know it. */
export async function domainOf(domscope: Domscope, uuid: string): Promise<ApiDomain | undefined> {
  const { status, body } = await domscope.get(`/api/v1/domains/${uuid}`)
  if (status === 404) return undefined
  if (status !== 200) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`)
  return body as ApiDomain
}

/** Waits until the API tells a domain that `wanted` accepts. */
export function domainWhen(
  domscope: Domscope,
  uuid: string,
  what: string,
  wanted: (domain: ApiDomain) => boolean,
  timeoutMs = 20_000,
): Promise<ApiDomain> {
  let last: ApiDomain | undefined
  const probe = async () => {
    last = await domainOf(domscope, uuid)
    return last !== undefined && wanted(last) ? last : undefined
  }
  return until(`${uuid}: ${what}`, probe, { timeoutMs }).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}; the last answer was ${shorten(last)}`, { cause: error })
  })
}

const shorten = (domain: ApiDomain | undefined) => {
  if (domain === undefined) return 'none'
  const { raw, ...rest } = domain
  return JSON.stringify({ ...rest, raw: raw.slice(0, 12) })
}

export async function hostsOf(domscope: Domscope): Promise<readonly ApiHost[]> {
  const { body } = await domscope.get('/api/v1/hosts')
  return (body as { hosts: readonly ApiHost[] }).hosts
}

export async function hostWhen(
  domscope: Domscope,
  what: string,
  wanted: (host: ApiHost) => boolean,
  timeoutMs = 30_000,
) {
  return until(`host ${what}`, async () => (await hostsOf(domscope)).find(wanted), { timeoutMs })
}
