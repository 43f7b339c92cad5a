import { expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { seeded } from '../../lib/libvirt/testing/mutate.ts'
import { readDomainFacts } from './domain-facts.ts'
import { plantSecret } from './testing/planted-secrets.ts'

const SOAK = Number(process.env.DOMSCOPE_SOAK ?? 1)
const SIGNS = [
  '<',
  '>',
  '/',
  '&',
  ';',
  '"',
  "'",
  '=',
  '!',
  '[',
  ']',
  '?',
  '-',
  '\0',
  '\ufffd',
  '<![CDATA[',
  '<!--',
  '</a>',
  ':',
  ' ',
]

const NOVA = `<n:instance><n:name>shop</n:name><n:owner><n:project uuid="p">billing</n:project></n:owner></n:instance>`
const documentWith = (inner: string, text = 'Shop') => `<?xml version='1.0'?>
<domain type='kvm' xmlns:q='urn:q'><name>d</name><title>${text}</title><description>row 7
${text}</description><metadata xmlns:n="http://openstack.org/xmlns/libvirt/nova/1.1">${NOVA}
<o:vm xmlns:o="urn:o"><rack>7</rack>${inner}</o:vm></metadata>
<devices><disk type='file'><source file='/srv/a.img'><slices/></source><backingStore><backingStore/></backingStore>
<target dev='vda'/></disk><interface type='user'/></devices></domain>`

test('[FA10] [FA12] [FA13] a secret planted in any shape is told nowhere, and what is harmless is, seed 5', () => {
  const random = seeded(5)
  for (let i = 0; i < 2000 * SOAK; i++) {
    const { secret, inner, text } = plantSecret(random)
    const xml = documentWith(inner, text)
    const facts = readDomainFacts(xml)
    if (JSON.stringify(facts).includes(secret)) throw new Error(`told ${secret}: ${JSON.stringify(facts)} of ${xml}`)
    expect(facts.keptBack).toBeGreaterThanOrEqual(3)
    expect(facts.nova?.project?.name).toBe('billing')
    expect(facts.disks[0]?.storage).toBe('/srv')
  }
})

test('[FA3] [FA4] any damage gives facts or an error of one reply, in bounded time, seed 77', () => {
  const random = seeded(77)
  const pick = (below: number) => Math.floor(random() * below)
  let refused = 0
  const rounds = 3000 * SOAK
  for (let i = 0; i < rounds; i++) {
    let xml = documentWith(plantSecret(random).inner)
    for (let left = 1 + pick(4); left > 0; left--) {
      const at = pick(xml.length)
      xml = random() < 0.2 ? xml.slice(0, at) : xml.slice(0, at) + SIGNS[pick(SIGNS.length)]! + xml.slice(at + pick(3))
    }
    try {
      readDomainFacts(xml)
    } catch (error) {
      if (!(error instanceof DomscopeError) || !error.code.startsWith('XML_')) throw new Error(xml, { cause: error })
      refused++
    }
  }
  expect(refused).toBeGreaterThan(rounds / 6)
  expect(refused).toBeLessThan(rounds)
})

test('[FA10] cut anywhere, a document tells no secret, seed 9', () => {
  const random = seeded(9)
  for (let i = 0; i < 40 * SOAK; i++) {
    const { secret, inner } = plantSecret(random)
    const xml = documentWith(inner)
    for (let end = xml.indexOf(inner); end < xml.indexOf(inner) + inner.length; end += 3) {
      // Ends as if it had been whole, so that it is read.
      const text = told(`${xml.slice(0, end)}</o:vm></metadata></domain>`)
      expect(text).not.toContain(secret)
    }
  }
})

function told(xml: string): string {
  try {
    return JSON.stringify(readDomainFacts(xml))
  } catch (error) {
    expect(error).toBeInstanceOf(DomscopeError)
    return String(error)
  }
}
