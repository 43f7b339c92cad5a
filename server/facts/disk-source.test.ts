import { describe, expect, test } from 'vitest'
import { readDomainFacts } from './domain-facts.ts'

function diskOf(type: string, inner: string) {
  const xml = `<domain><devices><disk type="${type}">${inner}<target dev="vda"/></disk></devices></domain>`
  return readDomainFacts(xml).disks[0]!
}
const hostsOf = (hosts: string) => {
  const { backend } = diskOf(
    'network',
    `<source protocol="iscsi" name="iqn.2013-07.com.example:pool/1">${hosts}</source>`,
  )
  return backend.kind === 'network' ? backend.hosts : []
}

describe('[FA6] what a disk lies on', () => {
  test.each<[string, string[]]>([
    ["<host name='fd00::5' port='3260'/>", ['[fd00::5]:3260']],
    ["<host name='[fd00::5]' port='3260'/>", ['[fd00::5]:3260']],
    ["<host name='fd00::5'/>", ['[fd00::5]']],
    ["<host name='fe80::1%eth0' port='1'/>", ['[fe80::1%eth0]:1']],
    ["<host name='::ffff:10.0.0.1' port='1'/>", ['[::ffff:10.0.0.1]:1']],
    ["<host name='10.0.0.1' port='1'/><host name='mon2'/>", ['10.0.0.1:1', 'mon2']],
    ["<host transport='unix' socket='/run/nbd.sock'/>", ['/run/nbd.sock']],
    ['<host/>', []],
  ])('hosts %s', (xml, hosts) => {
    expect(hostsOf(xml)).toEqual(hosts)
  })

  test.each<[string, string, string | null]>([
    ['file', '<source file="/srv/images/a.qcow2"/>', '/srv/images'],
    ['file', '<source file="/a.qcow2"/>', '/'],
    ['file', '<source file="relative.img"/>', null],
    ['file', '<source file="dir/relative.img"/>', 'dir'],
    ['file', '<source file="./relative.img"/>', '.'],
    ['file', '<source file="/srv//a.img"/>', '/srv'],
    ['file', '<source file="json:{&quot;driver&quot;:&quot;raw&quot;,&quot;file&quot;:&quot;/a/b&quot;}"/>', null],
    ['file', '<source file=""/>', null],
    ['block', '<source dev="/dev/mapper/x"/>', '/dev/mapper'],
    ['block', '<source dev="x"/>', null],
    ['dir', '<source dir="/srv/fat"/>', '/srv/fat'],
    ['volume', '<source pool="ssd" volume="v1"/>', 'pool ssd'],
    [
      'nvme',
      '<source type="pci" managed="yes" namespace="1"><address domain="0x0000" bus="0x01" slot="0x00" function="0x0"/></source>',
      'nvme 0000:01:00.0',
    ],
    ['vhostuser', '<source type="unix" path="/run/d.sock"><reconnect enabled="yes"/></source>', null],
    ['vhostvdpa', '<source dev="/dev/vhost-vdpa-0"/>', '/dev'],
    [
      'network',
      '<source protocol="rbd" name="vms/one"><host name="fd00::1" port="6789"/></source>',
      'rbd vms at [fd00::1]:6789',
    ],
    ['network', '<source protocol="nbd"><host transport="unix" socket="/run/n"/></source>', 'nbd at /run/n'],
    [
      'network',
      '<source protocol="https" name="/images/a.iso" query="t=k1"><host name="h" port="443"/></source>',
      'https images at h:443',
    ],
    ['network', '<source protocol="gluster" name="vol/a.img"/>', 'gluster vol'],
    ['file', '<source file="rbd:pool/image"/>', null],
    ['file', '<source file="nbd://h:10809/a/b"/>', null],
    ['file', '<source file="/srv/a:b/c.img"/>', '/srv/a:b'],
    ['dir', '<source dir="/srv/"/>', '/srv'],
    ['dir', '<source dir="/"/>', '/'],
    ['file', '<source file="/srv/a.img"><slices><slice type="storage" offset="1" size="2"/></slices></source>', '/srv'],
    ['file', '', null],
  ])('%s %s', (type, source, storage) => {
    expect(diskOf(type, source).storage).toBe(storage)
  })

  test('devices of their own kind say which', () => {
    const nvme =
      '<source type="pci" namespace="1"><address domain="0x0000" bus="0x0A" slot="0x1f" function="0x2"/></source>'
    expect(diskOf('nvme', nvme).backend).toEqual({ kind: 'nvme', address: '0000:0a:1f.2', namespace: '1' })
    expect(diskOf('vhostuser', '<source type="unix" path="/run/d.sock"/>').backend).toEqual({
      kind: 'vhostuser',
      socket: '/run/d.sock',
    })
    expect(diskOf('file', '<source file="relative.img"/>').backend).toEqual({
      kind: 'file',
      path: 'relative.img',
      folder: null,
    })
    expect(diskOf('hostdev', '<source x="1"/>').backend).toEqual({ kind: 'other', type: 'hostdev' })
  })

  test('without logins and queries, as far as an address holds them', () => {
    const name = '<source protocol="https" name="a.iso?sig=k1#k2"><host name="h"/></source>'
    expect(diskOf('network', name).backend).toMatchObject({ name: 'a.iso' })
    expect(diskOf('file', '<source file="nbd://ann:k1@h/x"/>').backend).toMatchObject({
      path: 'nbd://ann:(kept back)@h/x',
    })
    expect(diskOf('file', '<source file="/srv/token/password=1/a.img"/>').storage).toBe('/srv/token/password=1')
  })

  test('[FA4] chains of images behind it are passed over, however long', () => {
    const layer = "<backingStore type='file'><format type='qcow2'/><source file='/other/b'/>"
    const chain = (depth: number) => layer.repeat(depth) + '</backingStore>'.repeat(depth)
    const disks = Array.from(
      { length: 250 },
      (_, i) =>
        `<disk type='file'><source file='/srv/${i}'>${chain(3)}</source>${chain(i === 0 ? 5000 : 100)}<target dev='d${i}'/></disk>`,
    )
    const facts = readDomainFacts(`<domain><devices>${disks.join('')}</devices><title>after</title></domain>`)
    expect(facts).toMatchObject({ title: 'after', omitted: [] })
    expect(facts.disks.map(({ storage }) => storage)).toEqual(Array(250).fill('/srv'))
  })
})
