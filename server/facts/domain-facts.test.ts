import { describe, expect, test } from 'vitest'
import { readDomainFacts } from './domain-facts.ts'
import { MAX_FACT_CHARS } from './xml-read.ts'
import { MAX_XML_CHARS } from './xml-tree.ts'

const FULL = `<?xml version='1.0'?>
<domain type='kvm' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>instance-0000a3f1</name>
  <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
  <title>Shop &amp; &#x43;afé</title>
  <description>line 1
line 2</description>
  <metadata>
    <n:instance xmlns:n="http://openstack.org/xmlns/libvirt/nova/1.1">
      <n:package version="25.0.0"/>
      <n:name>shop-db-1</n:name>
      <n:flavor name="m1.large"><n:memory>8192</n:memory></n:flavor>
      <n:owner>
        <n:user uuid="5f2c">alice</n:user>
        <n:project uuid="0c9d">billing</n:project>
      </n:owner>
      <n:ports>
        <n:port uuid="a"><n:ip type="fixed" address="10.0.0.5" ipVersion="4"/><n:ip address="fd00::5"/></n:port>
        <n:port uuid="b"><n:ip address="192.0.2.7"/></n:port>
      </n:ports>
    </n:instance>
    <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
      <libosinfo:os id="http://debian.org/debian/12"/>
    </libosinfo:libosinfo>
    <vm xmlns="http://example.org/own"><rack>7</rack><tags><tag>a</tag><tag>b</tag></tags></vm>
  </metadata>
  <memoryBacking><hugepages><page size='2' unit='MiB' nodeset='0'/><page size='1048576' unit='KiB'/></hugepages></memoryBacking>
  <cputune>
    <shares>2048</shares><period>50000</period><quota>15000</quota>
    <global_quota>-1</global_quota><emulator_period>1000</emulator_period><emulator_quota>17592186044415</emulator_quota>
    <vcpupin vcpu='0' cpuset='1-3'/><vcpupin vcpu='x' cpuset='4'/><emulatorpin cpuset='0'/>
  </cputune>
  <numatune><memory mode='strict' nodeset='0-1'/><memnode cellid='1' mode='preferred' nodeset='1'/></numatune>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/>
      <source file='/srv/images/a.qcow2' index='2'/>
      <target dev='vda' bus='virtio'/>
      <iotune><total_iops_sec>500</total_iops_sec><read_bytes_sec>0</read_bytes_sec><group_name>slow</group_name></iotune>
      <mirror type='file' job='copy' ready='yes'><source file='/b'/></mirror>
    </disk>
    <disk type='network' device='disk'>
      <source protocol='rbd' name='vms/one'><host name='mon1' port='6789'/><host name='mon2'/></source>
      <target dev='vdb' bus='virtio'/>
    </disk>
    <disk type='volume' device='disk'><source pool='ssd' volume='v1'/><target dev='vdc'/></disk>
    <disk type='block' device='lun'><source dev='/dev/mapper/x'/><target dev='sda'/></disk>
    <disk type='file' device='cdrom'><target dev='sdb' bus='sata'/><readonly/></disk>
    <interface type='bridge'>
      <mac address='52:54:00:11:22:33'/><source bridge='br0'/><target dev='vnet3'/><model type='virtio'/>
      <bandwidth><inbound average='1000' peak='5000' burst='1024'/><outbound average='128'/></bandwidth>
    </interface>
    <interface type='network'><source network='default' portgroup='web' bridge='virbr0'/></interface>
    <memballoon model='virtio'><stats period='5'/></memballoon>
  </devices>
</domain>`

const noTuning = {
  shares: null,
  vcpuQuota: null,
  globalQuota: null,
  emulatorQuota: null,
  iothreadQuota: null,
  vcpuPins: [],
  emulatorPin: null,
}

describe("facts of a domain's XML", () => {
  const facts = readDomainFacts(FULL)

  test('are its title, description and what Nova says, whatever the prefix', () => {
    expect(facts).toMatchObject({ title: 'Shop & Café', description: 'line 1\nline 2' })
    expect(facts.nova).toEqual({
      name: 'shop-db-1',
      project: { name: 'billing', uuid: '0c9d' },
      user: { name: 'alice', uuid: '5f2c' },
      flavour: 'm1.large',
      ips: ['10.0.0.5', 'fd00::5', '192.0.2.7'],
    })
  })

  test("are other tools' metadata as plain fields", () => {
    expect(facts.metadata).toEqual([
      {
        namespace: 'http://libosinfo.org/xmlns/libvirt/domain/1.0',
        path: 'libosinfo/os@id',
        value: 'http://debian.org/debian/12',
      },
      { namespace: 'http://example.org/own', path: 'vm/rack', value: '7' },
      { namespace: 'http://example.org/own', path: 'vm/tags/tag', value: 'a' },
      { namespace: 'http://example.org/own', path: 'vm/tags/tag', value: 'b' },
    ])
  })

  test('never tell what the metadata say under the name of a secret, or beside a user name in an address', () => {
    const own = `<o:vm xmlns:o="http://example.org/own" o:api-key="k1"><o:rootPassword>k2</o:rootPassword>
      <o:meta key="db_passwd">k3</o:meta><o:meta key="rack">7</o:meta><o:auth><o:token><o:part>k4</o:part></o:token></o:auth>
      <o:user_data>k5</o:user_data><o:repo>see https://bob:k6@git.example.org/x and ftp://eve@h/</o:repo></o:vm>`
    const { metadata } = readDomainFacts(`<domain><metadata>${own}</metadata></domain>`)
    expect(JSON.stringify(metadata)).not.toMatch(/k\d/)
    expect(metadata.map(({ path, value }) => `${path} = ${value}`)).toEqual([
      'vm@api-key = (kept back)',
      'vm/rootPassword = (kept back)',
      'vm/meta@key = db_passwd',
      'vm/meta = (kept back)',
      'vm/meta@key = rack',
      'vm/meta = 7',
      'vm/auth/token/part = (kept back)',
      'vm/user_data = (kept back)',
      'vm/repo = see https://bob:(kept back)@git.example.org/x and ftp://eve@h/',
    ])
  })

  test('leave out who logs in where and with what: consoles, storage, and what follows the path of a disk on the web', () => {
    const xml = `<domain><devices>
      <graphics type="vnc" port="5900" passwd="k1" passwdValidTo="2030-01-01T00:00:00"/>
      <graphics type="spice" passwd="k2"/>
      <disk type="network"><source protocol="https" name="images/a.iso?token=k3&amp;x=1" query="sig=k4"><host name="h"/>
        <auth username="k5"><secret type="ceph" uuid="k6"/></auth><cookies><cookie name="c">k7</cookie></cookies></source>
        <target dev="vda"/></disk>
      <disk type="network"><source protocol="rbd" name="vms/what?"/><target dev="vdb"/></disk>
      </devices></domain>`
    const facts = readDomainFacts(xml)
    expect(JSON.stringify(facts)).not.toMatch(/k\d/)
    expect(facts.disks.map(({ backend }) => (backend.kind === 'network' ? backend.name : ''))).toEqual([
      'images/a.iso',
      'vms/what?',
    ])
  })

  test('are at most 100 fields of each tool, 1,024 in all, and 1,024 entries of any list', () => {
    const many = (count: number, entry: string) => entry.repeat(count)
    const tool = `<o:vm xmlns:o="http://example.org/own">${many(150, '<o:a>1</o:a>')}</o:vm>`
    expect(readDomainFacts(`<domain><metadata>${tool}</metadata></domain>`).metadata).toHaveLength(100)
    const tools = many(20, tool)
    expect(readDomainFacts(`<domain><metadata>${tools}</metadata></domain>`).metadata).toHaveLength(1024)
    const nics = many(1100, '<interface type="user"/>')
    expect(readDomainFacts(`<domain><devices>${nics}</devices></domain>`).nics).toHaveLength(1024)
  })

  test('are quotas and pins, without those that limit nothing', () => {
    expect(facts.cpu).toEqual({
      ...noTuning,
      shares: 2048,
      vcpuQuota: { quotaUs: 15_000, periodUs: 50_000 },
      vcpuPins: [{ vcpu: 0, cpus: '1-3' }],
      emulatorPin: '0',
    })
  })

  test('are where its memory is', () => {
    expect(facts.numa).toEqual([
      { mode: 'strict', nodes: '0-1', cell: null },
      { mode: 'preferred', nodes: '1', cell: 1 },
    ])
    expect(facts.hugePages).toEqual([
      { sizeKiB: 2048, cells: '0' },
      { sizeKiB: 1_048_576, cells: null },
    ])
    expect(facts.balloonPeriodSeconds).toBe(5)
  })

  test('are disks with what they lie on, their limits and jobs', () => {
    expect(facts.disks.map(({ target, device, storage }) => [target, device, storage])).toEqual([
      ['vda', 'disk', '/srv/images'],
      ['vdb', 'disk', 'rbd vms at mon1:6789'],
      ['vdc', 'disk', 'pool ssd'],
      ['sda', 'lun', '/dev/mapper'],
      ['sdb', 'cdrom', null],
    ])
    expect(facts.disks[0]).toMatchObject({
      format: 'qcow2',
      cache: 'none',
      backend: { kind: 'file', path: '/srv/images/a.qcow2' },
      limits: { total_iops: 500 },
      limitGroup: 'slow',
      mirror: { job: 'copy', ready: true },
    })
    expect(facts.disks[1]?.backend).toEqual({
      kind: 'network',
      protocol: 'rbd',
      name: 'vms/one',
      hosts: ['mon1:6789', 'mon2'],
    })
    expect(facts.disks[4]?.backend).toEqual({ kind: 'other', type: 'empty' })
  })

  test('are NICs with their source and shaping', () => {
    expect(facts.nics).toEqual([
      {
        mac: '52:54:00:11:22:33',
        type: 'bridge',
        source: 'br0',
        portgroup: null,
        target: 'vnet3',
        model: 'virtio',
        inbound: { averageKiBps: 1000, peakKiBps: 5000, burstKiB: 1024 },
        outbound: { averageKiBps: 128, peakKiBps: null, burstKiB: null },
      },
      expect.objectContaining({ type: 'network', source: 'default', portgroup: 'web', mac: null, target: null }),
    ])
  })

  test('of an empty domain are none', () => {
    expect(readDomainFacts('<domain/>')).toEqual({
      title: null,
      description: null,
      nova: null,
      metadata: [],
      cpu: noTuning,
      numa: [],
      hugePages: null,
      balloonPeriodSeconds: null,
      disks: [],
      nics: [],
      keptBack: 0,
      omitted: [],
    })
  })

  test('decode the five entities and numbered characters, and leave others as they are', () => {
    const title = (text: string) => readDomainFacts(`<domain><title>${text}</title></domain>`).title
    expect(title('&lt;b&gt; &quot;&apos;&amp;amp; &#65;&#x1F600;')).toBe('<b> "\'&amp; A😀')
    expect(title('&nbsp; &xxe; &#0; &#xD800;')).toBe('&nbsp; &xxe; \ufffd \ufffd')
    expect(title('<![CDATA[a < b &amp; c]]>')).toBe('a < b &amp; c')
  })

  test('are cut to a length that a screen can show', () => {
    expect(readDomainFacts(`<domain><title>${'x'.repeat(90_000)}</title></domain>`).title).toHaveLength(MAX_FACT_CHARS)
  })
})

describe('[V-4] XML that is hostile or broken gives a named error', () => {
  test.each<[string, string, string]>([
    ['nothing', '', 'XML_MALFORMED'],
    ['no XML', 'hello', 'XML_MALFORMED'],
    ['an end that is missing', '<domain><devices></domain>', 'XML_MALFORMED'],
    ['two roots', '<domain/><domain/>', 'XML_MALFORMED'],
    ['an attribute without quotes', '<domain id=1/>', 'XML_MALFORMED'],
    ['another document', '<network/>', 'XML_NOT_A_DOMAIN'],
    [
      'entities that multiply',
      '<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><domain>&b;</domain>',
      'XML_DTD_REFUSED',
    ],
    ['an outside file', '<!doctype d SYSTEM "file:///etc/passwd"><domain/>', 'XML_DTD_REFUSED'],
    ['too many characters', `<domain>${' '.repeat(MAX_XML_CHARS)}</domain>`, 'XML_TOO_LARGE'],
  ])('%s', (_what, xml, code) => {
    expect(() => readDomainFacts(xml)).toThrow(
      expect.objectContaining({ name: 'DomscopeError', code, radius: 'reply' }),
    )
  })
})
