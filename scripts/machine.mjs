import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { run, seconds } from './run.mjs'

/** Debian packages that the tests with a real daemon and a real browser need. */
const PACKAGES = [
  'libvirt-daemon',
  'libvirt-daemon-system',
  'libvirt-daemon-driver-qemu',
  'libvirt-daemon-driver-lxc',
  'libvirt-clients',
  'qemu-system-x86',
  'qemu-utils',
  'chromium',
  'openssh-server',
  'openssh-client',
  'netcat-openbsd',
  'python3-libvirt',
  'iproute2',
  'iputils-ping',
  'util-linux',
  'nginx-light',
]

const DAEMON = ['libvirtd', 'virtlogd', 'virsh', 'qemu-system-x86_64', 'ip', 'unshare', 'nsenter']
/** What starts containers for libvirt: no program of the path. */
const LXC = ['/usr/lib/libvirt/libvirt_lxc', '/usr/libexec/libvirt_lxc']
const PROXY = ['nginx']
const SSH = ['sshd', 'ssh', 'ssh-keygen', 'nc']
const FOLDERS = [
  ...new Set([...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin']),
]

/** Where a program is, also in the folders that only root has on its path; null when it is missing. */
export const whereIs = (program) => FOLDERS.map((folder) => path.join(folder, program)).find(existsSync) ?? null

const missingOf = (programs) => programs.filter((program) => whereIs(program) === null)

// The system's Python: another one that comes first on PATH does not see the system's modules.
const hasPythonLibvirt = async () => {
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'
  return (await run(python, ['-c', 'import libvirt'])).code === 0
}

/** True when Chromium or Playwright's own browser is here. */
export async function hasBrowser() {
  if (['chromium', 'chromium-browser', 'google-chrome'].some((name) => whereIs(name) !== null)) return true
  const { chromium } = await import('@playwright/test')
  return existsSync(chromium.executablePath())
}

/**
 * Installs what is missing where that is ours to do: Debian or Ubuntu, as root.
 *
 * @returns lines that say what was done or why nothing could be.
 */
export async function prepareMachine() {
  const missing = [...missingOf([...DAEMON, ...SSH, ...PROXY]), ...((await hasBrowser()) ? [] : ['chromium'])]
  if (!(await hasPythonLibvirt())) missing.push('python3-libvirt')
  if (!LXC.some(existsSync)) missing.push('libvirt-daemon-driver-lxc')
  if (missing.length === 0) return []
  const why = cannotInstall()
  if (why !== null) return [`missing on this machine: ${missing.join(', ')}; not installed: ${why}`]
  const began = performance.now()
  process.stderr.write(`domscope: installing test packages (${missing.join(', ')}) … `)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const update = await run('apt-get', ['-qq', 'update'], { env })
  const install = await run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...PACKAGES], { env })
  process.stderr.write(`${install.code === 0 ? 'done' : 'failed'} in ${seconds(performance.now() - began)}\n`)
  if (install.code === 0) return [`installed with apt-get: ${missing.join(', ')}`]
  return [
    `missing on this machine: ${missing.join(', ')}; apt-get failed: ${lastLine(install.output) || lastLine(update.output)}`,
  ]
}

function cannotInstall() {
  if (process.platform !== 'linux') return `this is ${process.platform}`
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  if (!/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release) || whereIs('apt-get') === null) return 'not a Debian'
  if (process.getuid?.() !== 0) return 'not root'
  return null
}

const lastLine = (text) => text.trimEnd().split('\n').at(-1) ?? ''

/** Why the tests with a real daemon cannot run here, or null. */
export async function whyNoDaemon() {
  const missing = missingOf([...DAEMON, ...SSH])
  if (!LXC.some(existsSync)) missing.push('libvirt-daemon-driver-lxc')
  if (missing.length > 0) return `missing: ${missing.join(', ')}`
  const args = ['--mount', '--net', '--pid', '--fork', '--mount-proc', 'true']
  const tried = await run('unshare', process.getuid?.() === 0 ? args : ['--map-root-user', ...args])
  return tried.code === 0 ? null : `no right to make namespaces (unshare: ${lastLine(tried.output)})`
}

/** Why the browser tests cannot run here, or null. */
export async function whyNoBrowser() {
  return (await hasBrowser()) ? null : 'no Chromium here, and none could be installed'
}
