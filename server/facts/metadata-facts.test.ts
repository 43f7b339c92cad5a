import { describe, expect, test } from 'vitest'
import { readDomainFacts } from './domain-facts.ts'

const NOVA = 'http://openstack.org/xmlns/libvirt/nova/1.1'
const OSINFO = 'http://libosinfo.org/xmlns/libvirt/domain/1.0'
const INSTANCE = (p: string) =>
  `<${p}name>shop</${p}name><${p}flavor name="m1"/><${p}owner><${p}user uuid="1">ann</${p}user><${p}project uuid="2">billing</${p}project></${p}owner>` +
  `<${p}ports><${p}port><${p}ip address="10.0.0.5"/></${p}port></${p}ports>`
const SHOP = {
  name: 'shop',
  project: { name: 'billing', uuid: '2' },
  user: { name: 'ann', uuid: '1' },
  flavour: 'm1',
  ips: ['10.0.0.5'],
}

describe('[FA5] a prefix means what the nearest element around declares', () => {
  test.each<[string, string]>([
    [
      'on <metadata>',
      `<domain><metadata xmlns:n="${NOVA}"><n:instance>${INSTANCE('n:')}</n:instance></metadata></domain>`,
    ],
    [
      'on <domain>',
      `<domain xmlns:n='${NOVA}'><metadata><n:instance>${INSTANCE('n:')}</n:instance></metadata></domain>`,
    ],
    [
      'on the element',
      `<domain><metadata><n:instance xmlns:n="${NOVA}">${INSTANCE('n:')}</n:instance></metadata></domain>`,
    ],
    ['as default', `<domain><metadata><instance xmlns="${NOVA}">${INSTANCE('')}</instance></metadata></domain>`],
    [
      'as default on <metadata>',
      `<domain><metadata xmlns="${NOVA}"><instance>${INSTANCE('')}</instance></metadata></domain>`,
    ],
    [
      'anew, further in',
      `<domain xmlns:n="urn:a"><metadata xmlns:n="urn:b"><n:instance xmlns:n="${NOVA}">${INSTANCE('n:')}</n:instance></metadata></domain>`,
    ],
    [
      'by another prefix inside',
      `<domain><metadata xmlns:n="${NOVA}"><n:instance xmlns:m="${NOVA}">${INSTANCE('m:')}</n:instance></metadata></domain>`,
    ],
    [
      'after a neighbour that has the prefix for something else',
      `<domain><metadata xmlns:n="${NOVA}"><n:vm xmlns:n="urn:c"><n:instance/></n:vm><n:instance>${INSTANCE('n:')}</n:instance></metadata></domain>`,
    ],
  ])('%s', (_where, xml) => {
    expect(readDomainFacts(xml).nova).toEqual(SHOP)
  })

  test('and one that means something else is not Nova, at any depth', () => {
    const other = `<domain xmlns:n="${NOVA}"><metadata><n:instance xmlns:n="urn:x">${INSTANCE('n:')}</n:instance></metadata></domain>`
    expect(readDomainFacts(other).nova).toBeNull()
    const inner = `<domain><metadata><n:instance xmlns:n="${NOVA}"><n:name xmlns:n="urn:x">no</n:name><n:name>yes</n:name></n:instance></metadata></domain>`
    expect(readDomainFacts(inner).nova?.name).toBe('yes')
    expect(
      readDomainFacts('<domain><metadata><n:instance><n:name>a</n:name></n:instance></metadata></domain>').nova,
    ).toBeNull()
  })

  test('another element of Nova does not hide the instance, and is told as metadata', () => {
    const xml = `<domain><metadata xmlns:n="${NOVA}"><n:note>x</n:note><n:instance>${INSTANCE('n:')}</n:instance></metadata></domain>`
    const facts = readDomainFacts(xml)
    expect(facts.nova).toEqual(SHOP)
    expect(facts.metadata).toEqual([{ namespace: NOVA, path: 'note', value: 'x' }])
  })

  test.each<[string, string]>([
    ['libosinfo', `<o:libosinfo><o:os id="http://debian.org/debian/12"/></o:libosinfo>`],
    ['vdsm', '<o:vm><o:clusterVersion>4.7</o:clusterVersion><o:custom/></o:vm>'],
    ['sushy-tools', '<o:bios><o:attributes><o:attribute name="NumCores" value="10"/></o:attributes></o:bios>'],
    ['OpenNebula', '<o:vm><o:name>web</o:name><o:uname>ann</o:uname></o:vm>'],
  ])('the same for %s', (_tool, element) => {
    const on = (where: 'domain' | 'metadata' | 'element') => {
      const declared = (here: string) => (here === where ? ` xmlns:o="${OSINFO}"` : '')
      const own = element.replace(/^<o:\w+/, (start) => `${start}${declared('element')}`)
      return readDomainFacts(`<domain${declared('domain')}><metadata${declared('metadata')}>${own}</metadata></domain>`)
        .metadata
    }
    expect(on('domain').length).toBeGreaterThan(0)
    expect(on('domain').every(({ namespace }) => namespace === OSINFO)).toBe(true)
    expect(on('metadata')).toEqual(on('domain'))
    expect(on('element')).toEqual(on('domain'))
  })
})

describe('[FA2] names of metadata', () => {
  test('may be those of members of objects', () => {
    const xml = `<domain><metadata><w:n xmlns:w="urn:w"><![CDATA[<!DOCTYPE html><p>rack 7</p>]]></w:n>
      <x xmlns="urn:x" constructor="Bob"><constructor>ACME</constructor><__proto__ toString="1">2</__proto__></x></metadata></domain>`
    expect(readDomainFacts(xml).metadata.map(({ path, value }) => [path, value])).toEqual([
      ['n', '<!DOCTYPE html><p>rack 7</p>'],
      ['x@constructor', 'Bob'],
      ['x/constructor', 'ACME'],
      ['x/__proto__@toString', '1'],
      ['x/__proto__', '2'],
    ])
  })
})

describe('[FA13] secrets outside of metadata', () => {
  test('are kept back in title, description and what Nova names', () => {
    const xml = `<domain><title>shop, password: k1</title><description>Shop of Ann
root token = k2
k3</description><metadata><n:instance xmlns:n="${NOVA}"><n:name>https://ann:k4@h/</n:name><n:owner>
      <n:project>token tests</n:project><n:user>secretariat</n:user></n:owner></n:instance></metadata></domain>`
    const facts = readDomainFacts(xml)
    expect(JSON.stringify(facts)).not.toMatch(/k\d/)
    expect(facts).toMatchObject({
      title: 'shop, password: (kept back)',
      description: 'Shop of Ann\nroot token = (kept back)',
      nova: { name: 'https://ann:(kept back)@h/', project: { name: 'token tests' }, user: { name: 'secretariat' } },
      keptBack: 3,
    })
  })
})

test('[FA4] values beyond a limit are counted', () => {
  const tool = `<o:vm xmlns:o="urn:o">${'<o:a>1</o:a>'.repeat(150)}</o:vm>`
  expect(readDomainFacts(`<domain><metadata>${tool}</metadata></domain>`).omitted).toEqual([
    { what: 'metadata value', count: 50 },
  ])
  const disks = Array.from({ length: 1036 }, (_, i) => `<disk><target dev="vd${i}"/></disk>`).join('')
  const {
    omitted,
    disks: read,
    title,
  } = readDomainFacts(`<domain><devices>${disks}</devices><title>t</title></domain>`)
  expect([omitted, read.length, title]).toEqual([[{ what: 'disk', count: 12 }], 1024, 't'])
})
