// `node scripts/newer-root.mjs SUITE DIR`: a Debian system of another release in a folder, with its libvirt and QEMU, for
// `npm run test:newer`. As root on Debian; a few minutes and 1.5 GB. Run again it goes on where it stopped.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isMain } from './is-main.mjs'
import { whereIs } from './machine.mjs'
import { run } from './run.mjs'

const USAGE = `node scripts/newer-root.mjs SUITE DIR
  SUITE  a Debian release: bookworm (libvirt 9.0), trixie (11.3), sid (12.8 or later)
  DIR    the folder to make; it can be removed when it is no longer wanted`

const PACKAGES = [
  'libvirt-daemon',
  'libvirt-daemon-system',
  'libvirt-daemon-driver-qemu',
  'libvirt-daemon-driver-lxc',
  'libvirt-clients',
  'qemu-system-x86',
  'qemu-utils',
  'iproute2',
]

/** Fails with the last lines of what a command said. */
async function must(what, command, args, env = {}) {
  process.stderr.write(`domscope: ${what} … `)
  const { code, output } = await run(command, args, { env })
  process.stderr.write(code === 0 ? 'done\n' : 'failed\n')
  if (code !== 0) throw new Error(`${what}: ${output.trimEnd().split('\n').slice(-5).join('\n')}`)
  return output
}

/** Where this machine's own Debian packages come from. */
function ownMirror() {
  const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter((file) => existsSync(file))
  const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n')
  const found = /^URIs:\s*(\S+)/m.exec(text) ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/m.exec(text)
  if (found === null) throw new Error('no Debian mirror in /etc/apt: is this a Debian?')
  return found[1]
}

async function bootstrap(suite, folder) {
  if (existsSync(path.join(folder, 'etc', 'debian_version'))) return
  const scripts = '/usr/share/debootstrap/scripts'
  const known = existsSync(path.join(scripts, suite))
  // A release that this debootstrap does not know is made as sid is; its keys may be newer than ours.
  const args = [...(suite === 'bookworm' ? [] : ['--no-check-gpg']), '--variant=minbase', suite, folder, ownMirror()]
  await must(`making ${suite} in ${folder}`, 'debootstrap', known ? args : [...args, path.join(scripts, 'sid')])
}

async function install(folder) {
  // Nothing is started while packages are configured.
  const policy = path.join(folder, 'usr', 'sbin', 'policy-rc.d')
  writeFileSync(policy, '#!/bin/sh\nexit 101\n')
  chmodSync(policy, 0o755)
  if (existsSync('/etc/resolv.conf')) copyFileSync('/etc/resolv.conf', path.join(folder, 'etc', 'resolv.conf'))
  const conf = path.join(folder, 'etc', 'apt', 'apt.conf.d')
  mkdirSync(conf, { recursive: true })
  // A mirror may lag behind the date until which its list of sid is valid.
  writeFileSync(path.join(conf, '90domscope'), 'Acquire::Check-Valid-Until "false";\n')
  const proc = 'mountpoint -q /proc || mount -t proc proc /proc'
  const apt = `apt-get -qq update && apt-get -qq install -y --no-install-recommends ${PACKAGES.join(' ')}`
  // In mounts of its own: nothing stays mounted in the folder.
  const args = ['--mount', '--propagation', 'private', 'chroot', folder, 'sh', '-c', `${proc} && ${apt}`]
  await must('installing libvirt and QEMU there', 'unshare', args, { DEBIAN_FRONTEND: 'noninteractive' })
}

async function main([suite, folder]) {
  if (suite === undefined || folder === undefined) throw new Error(USAGE)
  if (process.getuid?.() !== 0) throw new Error('needs root: it makes a system of its own in a folder')
  if (whereIs('debootstrap') === null) {
    await must('installing debootstrap', 'apt-get', ['-qq', 'install', '-y', '--no-install-recommends', 'debootstrap'])
  }
  const at = path.resolve(folder)
  await bootstrap(suite, at)
  await install(at)
  const versions = await run('chroot', [at, 'sh', '-c', 'libvirtd --version; qemu-system-x86_64 --version | head -1'])
  process.stdout.write(`${versions.output}npm run test:newer -- ${at}\n`)
}

if (isMain(import.meta.url)) {
  try {
    await main(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`domscope: ${error.message}\n`)
    process.exit(1)
  }
}
