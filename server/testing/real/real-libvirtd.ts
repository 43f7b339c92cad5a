import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runTool } from '../subprocess.ts'
import { until } from '../until.ts'
import { type GuestPlan, prepareGuest } from './guests.ts'
import { type Namespace, startNamespace } from './namespace.ts'

/** A libvirtd of our own, with everything it touches in a scratch folder. */
export interface RealLibvirtd {
  readonly folder: string
  readonly namespace: Namespace
  /** Whether `/dev/kvm` opens here, so that guests can use it. */
  readonly kvm: boolean
  readonly readOnlySocket: string
  readonly readWriteSocket: string
  /** `qemu+unix:///system?socket=…` of the read-only socket. */
  readonly uri: string
  /** Runs virsh on the read-write socket. */
  virsh(...args: readonly string[]): Promise<string>
  /** Defines a guest and brings it into the state it is to be left in. */
  add(guest: GuestPlan): Promise<void>
  /** A new empty disk image, to be attached. */
  emptyDisk(name: string): string
  uuidOf(name: string): Promise<string>
  /** Lets the guests on the bridge receive packets. */
  sendToBridge(packets: number): Promise<void>
  /** Sends about a hundred packets a second to one NIC of a running guest, the `index`-th, and to no other. */
  pingNic(name: string, index: number): Promise<PingedNic>
  /** Pid, on our side, of the process of a running guest. */
  guestPid(name: string): Promise<number>
  /** Ends libvirtd at once, as a crash would. Guests live on. */
  killDaemon(): Promise<void>
  startDaemon(): Promise<void>
  stop(): Promise<void>
}

/** A NIC that packets are sent to. */
export interface PingedNic {
  /** Name of its interface on the host, by which it is known in statistics. */
  readonly target: string
  stop(): Promise<void>
}

const BRIDGE = 'domscope0'
/** An address that no guest has. What a guest answers does not matter: it has no operating system. */
const PINGED = '10.213.0.9'

/**
 * Starts virtlogd and libvirtd in namespaces of their own and waits until they answer.
 *
 * @remarks Nothing of the machine's own libvirt is read or written: its folders are covered by scratch ones, its
 * network is another one, and a daemon that already runs is not seen. The sockets are visible to us in the scratch
 * folder. Guests end with {@link RealLibvirtd.stop}, or with us.
 *
 * `hostUuid` takes the place of the machine's own: libvirt does not move guests from a machine to itself.
 */
export async function startRealLibvirtd(hostUuid?: string): Promise<RealLibvirtd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'domscope-libvirt-'))
  try {
    const namespace = await startNamespace(setUpScript(folder, hostUuid))
    const daemon = daemonAt(folder, namespace, canOpenKvm())
    await until('libvirtd to answer', async () => (await daemon.virsh('version')) && true)
    return daemon
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Starts libvirtd with the given guests. */
export async function startRealLibvirtdWith(guests: readonly GuestPlan[]): Promise<RealLibvirtd> {
  const daemon = await startRealLibvirtd()
  try {
    for (const guest of guests) await daemon.add(guest)
    return daemon
  } catch (error) {
    await daemon.stop()
    throw error
  }
}

/** What libvirt keeps where, and the folder of ours that takes its place. */
const COVERED = {
  run: '/run/libvirt',
  etc: '/etc/libvirt',
  lib: '/var/lib/libvirt',
  log: '/var/log/libvirt',
  cache: '/var/cache/libvirt',
}

const QEMU_CONF = `user = "root"
group = "root"
security_driver = "none"
remember_owner = 0
namespaces = []
`

const LIBVIRTD_CONF = `auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0777"
max_anonymous_clients = 40
`

/**
 * The folder with another libvirt to test against, as `scripts/newer-root.mjs` makes it; null for the machine's own.
 *
 * @remarks Only the two daemons and what they start run inside it; virsh and everything else stay the machine's.
 */
export const libvirtRoot = (): string | null => process.env.DOMSCOPE_LIBVIRT_ROOT || null

function setUpScript(folder: string, hostUuid: string | undefined): string {
  for (const name of Object.keys(COVERED)) mkdirSync(path.join(folder, name))
  mkdirSync(path.join(folder, 'disks'))
  writeFileSync(path.join(folder, 'etc', 'qemu.conf'), QEMU_CONF)
  const identity = hostUuid === undefined ? '' : `host_uuid = "${hostUuid}"\n`
  writeFileSync(path.join(folder, 'etc', 'libvirtd.conf'), LIBVIRTD_CONF + identity)
  const root = libvirtRoot()
  return [
    'mount --make-rprivate /',
    ...(root === null ? [] : enterable(root, folder)),
    ...Object.entries(COVERED).map(([name, real]) => {
      const place = `${root ?? ''}${real}`
      return `mkdir -p ${place}; mount --bind ${folder}/${name} ${place}`
    }),
    'ip link set lo up',
    `ip link add ${BRIDGE} type bridge forward_delay 0; ip addr add 10.213.0.1/24 dev ${BRIDGE}; ip link set ${BRIDGE} up`,
    inside('virtlogd -d -p /run/libvirt/virtlogd.pid'),
    inside(START_DAEMON),
  ].join('\n')
}

/** Mounts that a root folder needs for daemons inside. Temporary files, images among them, lie at the same paths there and here. */
const enterable = (root: string, folder: string): string[] => [
  `mount --rbind ${root} ${root}`,
  `mount -t proc proc ${root}/proc`,
  `mount --rbind /dev ${root}/dev; mount --rbind /sys ${root}/sys`,
  `mkdir -p ${root}${path.dirname(folder)}; mount --bind ${path.dirname(folder)} ${root}${path.dirname(folder)}`,
  // The machine's own tools, an ssh server's among them, find the sockets where they look for them.
  `mkdir -p ${COVERED.run}; mount --bind ${folder}/run ${COVERED.run}`,
]

/** A command of the libvirt under test. */
function inside(command: string): string {
  const root = libvirtRoot()
  return root === null ? command : `chroot ${root} ${command}`
}

/** As the daemon sees it: the folder `run` of ours. */
const PID_FILE = '/run/libvirt/libvirtd.pid'
const START_DAEMON = `libvirtd -d -p ${PID_FILE}`

function canOpenKvm(): boolean {
  try {
    closeSync(openSync('/dev/kvm', 'r+'))
    return true
  } catch {
    return false
  }
}

function daemonAt(folder: string, namespace: Namespace, kvm: boolean): RealLibvirtd {
  const readOnlySocket = path.join(folder, 'run', 'libvirt-sock-ro')
  const readWriteSocket = path.join(folder, 'run', 'libvirt-sock')
  const writeUri = `qemu+unix:///system?socket=${readWriteSocket}`
  const virsh = (...args: readonly string[]) => runTool('virsh', ['-q', '-c', writeUri, ...args])
  return {
    folder,
    namespace,
    kvm,
    readOnlySocket,
    readWriteSocket,
    uri: `qemu+unix:///system?socket=${readOnlySocket}`,
    virsh,
    async add(guest) {
      const file = path.join(folder, `${guest.name}.xml`)
      writeFileSync(file, prepareGuest(guest, path.join(folder, 'disks'), { kvm, bridge: BRIDGE }))
      await virsh('define', file)
      if (guest.left === 'off') return
      await virsh('start', guest.name)
      if (guest.left === 'paused') await virsh('suspend', guest.name)
    },
    emptyDisk(name) {
      const file = path.join(folder, 'disks', name)
      writeFileSync(file, new Uint8Array(1024 * 1024))
      return file
    },
    uuidOf: async (name) => (await virsh('domuuid', name)).trim(),
    async sendToBridge(packets) {
      // Nobody answers, so ping reports failure; the broadcast reaches every NIC on the bridge all the same.
      await namespace.run(`ping -b -q -c ${packets} -i 0.01 -W 1 10.213.0.255 >/dev/null 2>&1 || true`)
    },
    pingNic: (name, index) => pingNic(namespace, virsh, name, index),
    async guestPid(name) {
      const inner = (await namespace.run(`cat ${folder}/run/qemu/'${name}'.pid`)).trim()
      return namespace.outerPid(Number(inner))
    },
    async killDaemon() {
      await namespace.run(
        `pid=$(cat ${folder}/run/libvirtd.pid); kill -9 $pid; while kill -0 $pid 2>/dev/null; do sleep 0.01; done`,
      )
    },
    async startDaemon() {
      await namespace.run(inside(START_DAEMON))
      await until('libvirtd to answer again', async () => (await virsh('version')) && true)
    },
    async stop() {
      await namespace.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The address of the NIC is told to kernel and bridge by hand: nobody answers, so neither could find out. */
async function pingNic(
  namespace: Namespace,
  virsh: RealLibvirtd['virsh'],
  name: string,
  index: number,
): Promise<PingedNic> {
  const [target, , , , mac] = (await virsh('domiflist', name)).trim().split('\n')[index]?.trim().split(/\s+/) ?? []
  if (target === undefined || mac === undefined) throw new Error(`${name} has no NIC ${index}`)
  const started = await namespace.run(
    [
      `bridge fdb replace ${mac} dev ${target} master static`,
      `ip neigh replace ${PINGED} lladdr ${mac} dev ${BRIDGE}`,
      `ping -q -i 0.01 ${PINGED} >/dev/null 2>&1 & echo $!`,
    ].join('\n'),
  )
  return {
    target,
    stop: async () => void (await namespace.run(`kill ${Number(started)}`)),
  }
}
