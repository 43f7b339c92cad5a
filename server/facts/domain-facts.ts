import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { CpuTuning } from './cpu-facts.ts'
import { readCpuTuning } from './cpu-facts.ts'
import type { DiskFacts } from './disk-facts.ts'
import { readDisks } from './disk-facts.ts'
import type { MetadataField, NovaFacts } from './metadata-facts.ts'
import { readMetadata } from './metadata-facts.ts'
import type { NicFacts } from './nic-facts.ts'
import { readNics } from './nic-facts.ts'
import { attribute, child, children, clip, textOf, wholeNumber } from './xml-read.ts'
import { parseXml, type XmlElement } from './xml-tree.ts'

/** Where the memory of a guest may be. */
export interface NumaFacts {
  readonly mode: string
  /** Host nodes, as `0-1`; null when libvirt chooses. */
  readonly nodes: string | null
  /** Guest cell that it holds for; null for all of them. */
  readonly cell: number | null
}

/** Huge pages that back a guest. Null is what the host has as default. */
export interface HugePageFacts {
  readonly sizeKiB: number | null
  readonly cells: string | null
}

/** What a domain's XML tells that statistics do not. Absent things are null or empty lists; texts are at most 512 long. */
export interface DomainFacts {
  readonly title: string | null
  readonly description: string | null
  readonly nova: NovaFacts | null
  /** Other metadata than Nova's, flattened. */
  readonly metadata: readonly MetadataField[]
  readonly cpu: CpuTuning
  readonly numa: readonly NumaFacts[]
  /** Null: none. */
  readonly hugePages: readonly HugePageFacts[] | null
  readonly balloonPeriodSeconds: number | null
  readonly disks: readonly DiskFacts[]
  readonly nics: readonly NicFacts[]
}

/**
 * Reads the XML that GET_XML_DESC answers without flags.
 *
 * @throws DomscopeError as {@link parseXml} does, or `XML_NOT_A_DOMAIN`.
 */
export function readDomainFacts(xml: string): DomainFacts {
  const domain = parseXml(xml)
  if (domain.name !== 'domain') throw notADomain(domain.name)
  const { nova, fields } = readMetadata(child(domain, 'metadata'))
  const devices = child(domain, 'devices')
  return ownCopy({
    title: textOf(domain, 'title'),
    description: textOf(domain, 'description'),
    nova,
    metadata: fields,
    cpu: readCpuTuning(child(domain, 'cputune')),
    numa: readNuma(child(domain, 'numatune')),
    hugePages: readHugePages(child(child(domain, 'memoryBacking'), 'hugepages')),
    balloonPeriodSeconds: wholeNumber(attribute(child(child(devices, 'memballoon'), 'stats'), 'period')),
    disks: readDisks(devices),
    nics: readNics(devices),
  })
}

/** Pieces of a text keep the whole text alive, and the XML is ten times the size of its facts. */
function ownCopy(facts: DomainFacts): DomainFacts {
  return JSON.parse(JSON.stringify(facts)) as DomainFacts
}

function readNuma(tune: XmlElement | null): NumaFacts[] {
  const read = (element: XmlElement): NumaFacts => ({
    mode: attribute(element, 'mode') ?? 'strict',
    nodes: attribute(element, 'nodeset'),
    cell: wholeNumber(attribute(element, 'cellid')),
  })
  return [...children(tune, 'memory'), ...children(tune, 'memnode')].map(read)
}

const KIB_PER: Readonly<Record<string, number>> = { KiB: 1, k: 1, MiB: 1024, M: 1024, GiB: 1_048_576, G: 1_048_576 }

function readHugePages(element: XmlElement | null): HugePageFacts[] | null {
  if (element === null) return null
  const pages = children(element, 'page').map((page) => {
    const size = wholeNumber(attribute(page, 'size'))
    const factor = KIB_PER[attribute(page, 'unit') ?? 'KiB'] ?? null
    return { sizeKiB: size === null || factor === null ? null : size * factor, cells: attribute(page, 'nodeset') }
  })
  return pages.length > 0 ? pages : [{ sizeKiB: null, cells: null }]
}

function notADomain(name: string): Error {
  const shown = clip(name) ?? ''
  return new DomscopeError('XML_NOT_A_DOMAIN', `the XML is of a <${shown.slice(0, 40)}>, not of a <domain>`, {
    radius: 'reply',
  })
}
