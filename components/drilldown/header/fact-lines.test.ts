import { describe, expect, it } from 'vitest'
import { diskNote, headerFacts, memoryNote, nicNote, ownCaps } from './fact-lines.ts'

const text = (facts: Parameters<typeof headerFacts>[0], label: string) =>
  headerFacts(facts).find((line) => line.label === label)?.text

describe('facts of a domain', () => {
  it('are shown where they are known, and nothing is made up where they are not', () => {
    expect(headerFacts({})).toEqual([])
    expect(headerFacts({ title: null, nova: null, cpu: {}, disks: [], hugePages: null, jobs: [] })).toEqual([])
  })

  it('name project, owner, flavour and addresses', () => {
    const nova = {
      name: 'shop',
      project: { name: 'billing' },
      user: { name: 'ann' },
      flavour: 'm1',
      ips: ['10.0.0.1', '::1'],
    }
    expect(headerFacts({ nova }).map(({ label, text: value }) => `${label}: ${value}`)).toEqual([
      'Nova name: shop',
      'Project: billing',
      'Owner: ann',
      'Flavour: m1',
      'IPs: 10.0.0.1, ::1',
    ])
  })

  it('tell a CPU quota as a share of a CPU', () => {
    expect(text({ cpu: { vcpuQuota: { quotaUs: 30_000, periodUs: 100_000 } } }, 'CPU limit')).toBe(
      'each vCPU 30.0 % of a CPU',
    )
    expect(ownCaps({ cpu: { vcpuQuota: null, globalQuota: { quotaUs: 1, periodUs: 1 } } })).toEqual({
      cpu: true,
      disk: false,
    })
  })

  it('tell how far a job is, and leave out what libvirt does not tell', () => {
    const nothing = { percent: null, remainingMs: null, remainingBytes: null, bandwidthBps: null, dirtyBps: null }
    expect(text({ jobs: [{ kind: 'copy', disk: 'vda', ...nothing, percent: 41.5 }] }, 'Job')).toBe(
      'copy of vda, 41.5 %',
    )
    const migration = {
      kind: 'outgoing migration',
      disk: null,
      ...nothing,
      remainingMs: 90_000,
      bandwidthBps: 1024 ** 2,
    }
    expect(text({ jobs: [migration] }, 'Job')).toBe('outgoing migration, about 1.5 min to go, at 1.0 MiB/s')
  })

  it('tell what a disk lies on and its limits, and how a NIC is attached', () => {
    const disks = [
      {
        target: 'vda',
        format: 'raw',
        backend: { kind: 'network', protocol: 'rbd', name: 'vms/a', hosts: ['ceph-1'] },
        limits: { total_iops: 20 },
      },
    ]
    expect(diskNote({ disks }, 'vda')).toBe('rbd vms/a ceph-1 · raw · limit total 20 IOPS')
    expect(diskNote({ disks }, 'vdb')).toBe('')
    expect(diskNote({ disks }, 'vda', 'fill 1 of 2')).toBe('rbd vms/a ceph-1 · raw · fill 1 of 2 · limit total 20 IOPS')
    expect(diskNote({ disks }, 'vdb', 'fill 1 of 2')).toBe('fill 1 of 2')
    const nics = [
      { mac: '52:54:00:00:00:01', type: 'bridge', source: 'br0', target: 'vnet0', inbound: { averageKiBps: 1000 } },
    ]
    expect(nicNote({ nics }, 'vnet0')).toBe('52:54:00:00:00:01 · bridge br0 · limit in 8.2 Mbit/s')
  })

  it('tell what the memory is made of, and that RSS is not all of it', () => {
    expect(memoryNote({})).toBe('')
    expect(memoryNote({ hugePages: [{ sizeKiB: 2048 }], balloonPeriodSeconds: 5 })).toBe(
      'huge pages 2.0 MiB, guest statistics every 5 s; RSS does not hold huge pages',
    )
    expect(memoryNote({ hugePages: null, balloonPeriodSeconds: 0 })).toBe('guest gives no statistics by itself')
  })

  it('count what is kept back and what was not read', () => {
    expect(text({ keptBack: 3 }, 'Secrets')).toBe('3 values kept back')
    expect(text({ keptBack: 1 }, 'Secrets')).toBe('1 value kept back')
    expect(text({ keptBack: 0, omitted: [] }, 'Secrets')).toBeUndefined()
    const omitted = [
      { what: 'disk', count: 12 },
      { what: 'element of metadata', count: 2 },
      { what: 'interface', count: 1 },
    ]
    expect(text({ omitted }, 'Not read')).toBe(
      '12 disks beyond the limit, 2 elements of metadata beyond the limit, 1 interface beyond the limit',
    )
  })

  it('tell what disks without a path lie on', () => {
    const note = (backend: object) => diskNote({ disks: [{ target: 'vda', backend }] }, 'vda')
    expect(note({ kind: 'dir', path: '/srv/fat' })).toBe('/srv/fat')
    expect(note({ kind: 'nvme', address: '0000:01:00.0', namespace: '1' })).toBe('NVMe 0000:01:00.0 namespace 1')
    expect(note({ kind: 'vhostuser', socket: '/run/d.sock' })).toBe('vhost-user /run/d.sock')
  })

  it('say why the XML could not be read', () => {
    expect(text({ error: { code: 'XML_TOO_LARGE', message: 'The XML is too large.' } }, 'Facts')).toBe(
      'The XML is too large.',
    )
  })
})
