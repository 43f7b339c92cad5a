import type { CpuTuning } from './cpu-facts.ts'
import { readCpuTuning } from './cpu-facts.ts'
import type { DiskFacts } from './disk-facts.ts'
import { readDisks, WANTED_OF_DISK } from './disk-facts.ts'
import { FactTexts, type OmittedFacts } from './fact-texts.ts'
import type { MetadataField, NovaFacts } from './metadata-facts.ts'
import { readMetadata } from './metadata-facts.ts'
import { scopeIn } from './named-element.ts'
import type { NicFacts } from './nic-facts.ts'
import { readNics, WANTED_OF_NIC } from './nic-facts.ts'
import { xmlError } from './xml-error.ts'
import { attribute, child, children, wholeNumber } from './xml-read.ts'
import { parseXml, type Wanted, type XmlElement } from './xml-tree.ts'

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
  /** Other metadata than Nova's, flattened, without secrets. */
  readonly metadata: readonly MetadataField[]
  readonly cpu: CpuTuning
  readonly numa: readonly NumaFacts[]
  /** Null: none. */
  readonly hugePages: readonly HugePageFacts[] | null
  readonly balloonPeriodSeconds: number | null
  readonly disks: readonly DiskFacts[]
  readonly nics: readonly NicFacts[]
  /** How many values are not told, in title, description, metadata and addresses, as they look like secrets. */
  readonly keptBack: number
  /** What is beyond a limit and was not read; empty for nearly every domain. */
  readonly omitted: readonly OmittedFacts[]
}

/** What is read of a domain. Chains of backing images, console logins and all else are passed over, whatever their size. */
const WANTED: Wanted = {
  title: {},
  description: {},
  metadata: '*',
  cputune: {
    ...{
      shares: {},
      period: {},
      quota: {},
      global_period: {},
      global_quota: {},
      emulator_period: {},
      emulator_quota: {},
    },
    ...{ iothread_period: {}, iothread_quota: {}, vcpupin: {}, emulatorpin: {} },
  },
  numatune: { memory: {}, memnode: {} },
  memoryBacking: { hugepages: { page: {} } },
  devices: { disk: WANTED_OF_DISK, interface: WANTED_OF_NIC, memballoon: { stats: {} } },
}

/**
 * Reads the XML that GET_XML_DESC answers without flags.
 *
 * @throws DomscopeError as {@link parseXml} does, or `XML_NOT_A_DOMAIN`.
 */
export function readDomainFacts(xml: string): DomainFacts {
  const { root: domain, omitted } = parseXml(xml, WANTED)
  if (domain.name !== 'domain') throw notADomain(domain.name)
  const texts = new FactTexts(omitted)
  const metadata = child(domain, 'metadata')
  const around = scopeIn(new Map(), domain)
  const { nova, fields } = readMetadata(metadata, metadata === null ? around : scopeIn(around, metadata), texts)
  const devices = child(domain, 'devices')
  const facts = {
    title: texts.shown(child(domain, 'title')?.text),
    description: texts.shown(child(domain, 'description')?.text),
    nova,
    metadata: fields,
    cpu: readCpuTuning(child(domain, 'cputune')),
    numa: readNuma(child(domain, 'numatune')),
    hugePages: readHugePages(child(child(domain, 'memoryBacking'), 'hugepages')),
    balloonPeriodSeconds: wholeNumber(attribute(child(child(devices, 'memballoon'), 'stats'), 'period')),
    disks: readDisks(devices, texts),
    nics: readNics(devices),
  }
  return ownCopy({ ...facts, keptBack: texts.keptBack, omitted: texts.omitted() })
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
  return xmlError('XML_NOT_A_DOMAIN', `the XML is of a <${name.slice(0, 40)}>, not of a <domain>`)
}
