import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../until.ts'
import { STANDARD_GUESTS } from './guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real-libvirtd.ts'

let daemon: RealLibvirtd

beforeAll(async () => {
  daemon = await startRealLibvirtdWith(STANDARD_GUESTS)
})

afterAll(async () => {
  await daemon.stop()
  expect(existsSync(daemon.folder)).toBe(false)
})

test('runs nine guests, one of them paused, and knows one that is off', async () => {
  const names = (text: string) => text.trim().split('\n').sort()
  expect(names(await daemon.virsh('list', '--name', '--state-running'))).toHaveLength(8)
  expect(names(await daemon.virsh('list', '--name', '--state-paused'))).toEqual(['paused-01'])
  expect(names(await daemon.virsh('list', '--name', '--state-shutoff'))).toEqual(['off-01'])
})

test('gives guests real load: a vCPU that spins, a disk that is read', async () => {
  const readings = async () => {
    const text = await daemon.virsh('domstats', '--nowait', '--vcpu', '--block', daemon.kvm ? 'db-01' : 'web-01')
    return Number(/(?:block\.0\.rd\.reqs|vcpu\.0\.time)=(\d+)/.exec(text)?.[1])
  }
  const first = await readings()
  await until('the counter to move', async () => ((await readings()) > first ? true : undefined))
})

test('counts packets that reach a guest on the bridge', async () => {
  const packets = async () =>
    Number(/net\.0\.rx\.pkts=(\d+)/.exec(await daemon.virsh('domstats', '--nowait', '--interface', 'web-02'))?.[1])
  const before = await packets()
  await daemon.sendToBridge(20)
  expect(await packets()).toBeGreaterThanOrEqual(before + 20)
})

test('survives a killed daemon with its guests running', async () => {
  const pid = await daemon.guestPid('web-01')
  await daemon.killDaemon()
  await expect(daemon.virsh('list')).rejects.toThrow()
  await daemon.startDaemon()
  expect(await daemon.guestPid('web-01')).toBe(pid)
  expect(await daemon.virsh('domstate', 'web-01')).toContain('running')
})
