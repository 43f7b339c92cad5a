import { describe, expect, test } from 'vitest'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { findLocalSockets, socketCandidates } from './local-sockets.ts'

const places = { systemDir: '/sys', runtimeDir: '/user', uid: 1000 }
const candidates = (uri: string, uid = 1000) => socketCandidates(parseLibvirtUri(uri), { ...places, uid })

describe('socketCandidates', () => {
  test('prefer the read-only socket, then the driver’s own daemon', () => {
    expect(candidates('qemu:///system')).toEqual([
      '/sys/virtqemud-sock-ro',
      '/sys/libvirt-sock-ro',
      '/sys/virtqemud-sock',
      '/sys/libvirt-sock',
    ])
  })

  test('obey mode and socket', () => {
    expect(candidates('qemu:///system?mode=legacy')).toEqual(['/sys/libvirt-sock-ro', '/sys/libvirt-sock'])
    expect(candidates('xen:///system?mode=direct')).toEqual(['/sys/virtxend-sock-ro', '/sys/virtxend-sock'])
    expect(candidates('qemu:///session?socket=/x/y')).toEqual(['/x/y'])
  })

  test('look for session daemons in the user’s own place', () => {
    expect(candidates('qemu:///session')).toEqual(['/user/libvirt/virtqemud-sock', '/user/libvirt/libvirt-sock'])
  })

  test('the test driver lives in libvirtd: the user’s own first, or the system’s', () => {
    expect(candidates('test:///default')).toEqual([
      '/user/libvirt/libvirt-sock',
      '/sys/libvirt-sock-ro',
      '/sys/libvirt-sock',
    ])
    expect(candidates('test:///default', 0)).toEqual(['/sys/libvirt-sock-ro', '/sys/libvirt-sock'])
  })
})

describe('findLocalSockets', () => {
  const find = (...existing: string[]) =>
    findLocalSockets(places, (path) => existing.includes(path)).map(({ uri, path }) => [uri, path])

  test('finds nothing where there is nothing', () => {
    expect(find()).toEqual([])
  })

  test('takes virtqemud before libvirtd, and no read-write socket of the system', () => {
    expect(find('/sys/libvirt-sock-ro', '/sys/virtqemud-sock-ro', '/sys/libvirt-sock')).toEqual([
      ['qemu:///system', '/sys/virtqemud-sock-ro'],
    ])
    expect(find('/sys/libvirt-sock')).toEqual([])
  })

  test('finds other drivers and the user’s session', () => {
    expect(find('/sys/libvirt-sock-ro', '/sys/virtlxcd-sock-ro', '/user/libvirt/libvirt-sock')).toEqual([
      ['qemu:///system', '/sys/libvirt-sock-ro'],
      ['qemu:///session', '/user/libvirt/libvirt-sock'],
      ['lxc:///system', '/sys/virtlxcd-sock-ro'],
    ])
  })
})
