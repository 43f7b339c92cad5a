import { afterAll, beforeAll, expect, test } from 'vitest'
import { STANDARD_GUESTS } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { type RealSshd, startRealSshd } from './real/real-sshd.ts'
import { runDomscope } from './start-domscope.ts'
import { runTool } from './subprocess.ts'

const STACK = /^\s+at .+:\d+:\d+|node:internal|\.mjs:\d+/m

let daemon: RealLibvirtd
let sshd: RealSshd

beforeAll(async () => {
  daemon = await startRealLibvirtdWith(STANDARD_GUESTS)
  sshd = await startRealSshd(daemon.namespace)
})

afterAll(async () => {
  await sshd?.stop()
  await daemon?.stop()
})

test.each(['the local socket', 'qemu+ssh'])(
  'reports version, domains, sizes, costs and the duty through %s',
  async (way) => {
    const uri = way === 'qemu+ssh' ? `qemu+ssh://${sshd.host}/system` : daemon.uri
    const { code, stdout } = await runDomscope(['--check', '--connect', `real=${uri}`], sshd.env)
    const told = await runTool('virsh', ['-c', daemon.uri, 'version', '--daemon'])
    const version = /daemon: (\d+\.\d+\.\d+)/.exec(told)?.[1]
    expect(stdout).toContain(`libvirt   ${version}`)
    expect(stdout).toMatch(/domains\s+9 active, \d+ vCPUs, 1 inactive/)
    expect(stdout).toMatch(/fast\s+[\d.]+ m?s and [\d.]+ [KM]?i?B a call/)
    expect(stdout).toMatch(/monitor\s+[\d.]+ m?s and [\d.]+ [KM]?i?B a call/)
    expect(stdout).toMatch(/duty\s+a monitor call every/)
    expect(stdout).toMatch(/missing\s+.*(stats period|balloon|memory)/i)
    expect(code).toBe(0)
  },
)

test('one host that fails makes the whole check fail, and does not hide the others', async () => {
  const { code, stdout, stderr } = await runDomscope([
    ...['--check', '--connect', `good=${daemon.uri}`],
    ...['--connect', `bad=qemu:///system?socket=${daemon.folder}/none`],
  ])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ok .*\n/m)
  expect(stdout).toMatch(/^FAILED /m)
  expect(stdout).toContain('SOCKET_MISSING')
  expect(stdout + stderr).not.toMatch(STACK)
})

test.each([
  ['SSH_PERMISSION_DENIED', () => sshd.refusedHost],
  ['SSH_HOST_KEY_UNKNOWN', () => sshd.strangerHost],
])('names %s with what to do', async (error, host) => {
  const { code, stdout } = await runDomscope(['--check', '--connect', `qemu+ssh://${host()}/system`], sshd.env)
  expect(code).toBe(1)
  expect(stdout).toContain(error)
  expect(stdout).toMatch(/remedy\s+\S/)
  expect(stdout).not.toMatch(/sudo|group libvirt|as root/i)
})
