export const LINKS_API = '/api/v1/links'
/** Days that a link can live. */
export const LINK_DAYS = { least: 1, most: 400, usual: 90 } as const

/** A link as `/api/v1/links` tells it. Times are ms since 1970. */
export interface LinkRow {
  readonly id: string
  readonly name: string
  readonly creator: string
  readonly view: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly seenAt: number | null
  readonly address: string | null
  readonly screens: number
}

export interface LinksAnswer {
  readonly links: readonly LinkRow[]
}
