import { XMLParser } from 'fast-xml-parser'
import type { StatsRecord } from './naive-decoder.ts'

/** Words that `virsh domstats` prints for no type: values come bare. */
const TYPE_WORDS = ['', 'int', 'uint', 'llong', 'ullong', 'double', 'boolean', 'string'] as const

/**
 * The records as JSON, keyed by field name: the shape that a JSON API of such a daemon would have.
 *
 * @remarks 64-bit values as bare numbers. Every one in the benches is below 2^53, so JSON.parse may take them.
 */
export function toJson(records: readonly StatsRecord<bigint>[]): string {
  const plain = records.map(({ name, uuid, id, params }) => ({
    name,
    uuid,
    id,
    stats: Object.fromEntries(params.map((param) => [param.name, plainValue(param.value)])),
  }))
  return JSON.stringify(plain)
}

function plainValue(value: bigint | number | string): number | string {
  return typeof value === 'bigint' ? Number(value) : value
}

export interface JsonRecord {
  readonly name: string
  readonly stats: Readonly<Record<string, number | string>>
}

export function parseJson(text: string): JsonRecord[] {
  // The text is from `toJson` above.
  return JSON.parse(text) as JsonRecord[]
}

/** The records as XML, one element a typed parameter. */
export function toXml(records: readonly StatsRecord<bigint>[]): string {
  const parts = ['<domstats>']
  for (const { name, uuid, id, params } of records) {
    parts.push(`<domain name="${name}" uuid="${uuid}" id="${id}">`)
    for (const param of params) {
      parts.push(`<stat name="${param.name}" type="${TYPE_WORDS[param.type]}">${param.value}</stat>`)
    }
    parts.push('</domain>')
  }
  parts.push('</domstats>')
  return parts.join('')
}

interface XmlStat {
  readonly '@_name': string
  readonly '#text': string
}

export interface XmlDomain {
  readonly '@_name': string
  readonly stat: readonly XmlStat[]
}

/** Values stay text: the parser's own guessing at numbers would cost it more and lose digits. */
const xml = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
})

export function parseXml(text: string): XmlDomain[] {
  // Its shape is that of `toXml` above.
  return (xml.parse(text) as { domstats: { domain: XmlDomain[] } }).domstats.domain
}

/** The records as `virsh domstats` prints them. */
export function toVirshText(records: readonly StatsRecord<bigint>[]): string {
  return records
    .map(({ name, params }) => `Domain: '${name}'\n${params.map((p) => `  ${p.name}=${p.value}\n`).join('')}`)
    .join('\n')
}

/** Reads the output of `virsh domstats` into an object for each domain; values become numbers where they are. */
export function parseVirshText(text: string): JsonRecord[] {
  const records: { name: string; stats: Record<string, number | string> }[] = []
  let stats: Record<string, number | string> = {}
  for (let from = 0; from < text.length; ) {
    let end = text.indexOf('\n', from)
    if (end < 0) end = text.length
    if (text.startsWith('Domain: ', from)) {
      stats = {}
      records.push({ name: text.slice(from + "Domain: '".length, end - 1), stats })
    } else if (end > from) {
      const equals = text.indexOf('=', from)
      const value = text.slice(equals + 1, end)
      const number = Number(value)
      stats[text.slice(from + 2, equals)] = Number.isNaN(number) ? value : number
    }
    from = end + 1
  }
  return records
}
