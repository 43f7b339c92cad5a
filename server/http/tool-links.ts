/** A link to another tool, as the config file writes it. */
export interface LinkTemplate {
  readonly label: string
  /** Address with placeholders: `https://grafana.example.org/d/vm?var-uuid={uuid}`. */
  readonly url: string
}

/** What a link is filled in with. */
export interface LinkValues {
  readonly host: string
  readonly uuid: string
  readonly name: string
}

/** A link to another tool for one domain. */
export interface ToolLink {
  readonly label: string
  readonly url: string
}

export const PLACEHOLDERS = ['host', 'uuid', 'name'] as const satisfies readonly (keyof LinkValues)[]

const PLACEHOLDER = /\{(host|uuid|name)\}/g
/** A segment of this kind would lead elsewhere in the other tool. */
const DOTS = /^\.{1,2}$/

/**
 * Fills in the links for one domain. Values are percent-encoded, so that a name stays one value whatever is in it.
 *
 * @returns Without those that cannot be had for this domain: its name is `.` or `..`, or its host's name is no host.
 */
export function fillLinks(templates: readonly LinkTemplate[], values: LinkValues): readonly ToolLink[] {
  return templates.flatMap(({ label, url }) => {
    const filled = fillLink(url, values)
    return filled === null ? [] : [{ label, url: filled }]
  })
}

function fillLink(template: string, values: LinkValues): string | null {
  let isOdd = false
  const filled = template.replace(PLACEHOLDER, (_, name: keyof LinkValues) => {
    isOdd ||= DOTS.test(values[name])
    return encode(values[name])
  })
  return isOdd ? null : readLink(filled)
}

/** An address as a browser would go to it; null when it is none, or not of the web. */
function readLink(text: string): string | null {
  if (!URL.canParse(text)) return null
  const { protocol, href } = new URL(text)
  return protocol === 'http:' || protocol === 'https:' ? href : null
}

function encode(value: string): string {
  // Lone halves of surrogate pairs cannot be encoded. Quotes and the like can stay, but not in every tool.
  return encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
