import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runTool } from '../subprocess.ts'
import type { RealLibvirtd } from './real-libvirtd.ts'

/** The driver for containers of a real daemon. */
export interface Containers {
  /** `lxc+unix:///system?socket=…` of the read-only socket. */
  readonly uri: string
  /** Runs virsh against this driver, on the read-write socket. */
  virsh(...args: readonly string[]): Promise<string>
  /** Defines a container of 64 MiB and two vCPUs that runs a shell script, or sleeps. */
  define(name: string, script?: string): Promise<void>
}

/**
 * Makes the daemon's machine ready for containers.
 *
 * @remarks libvirt 9.0 starts none while a tree of cgroup version 2 stands beside those of version 1, so it is taken away:
 * in our own mounts, where nobody else sees it. A container shares the folders of the daemon.
 */
export async function prepareContainers(daemon: RealLibvirtd): Promise<Containers> {
  await daemon.namespace.run('! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified')
  const uri = (socket: string) => `lxc+unix:///system?socket=${socket}`
  const virsh = (...args: readonly string[]) => runTool('virsh', ['-q', '-c', uri(daemon.readWriteSocket), ...args])
  const folder = path.join(daemon.folder, 'containers')
  mkdirSync(folder)
  return {
    uri: uri(daemon.readOnlySocket),
    virsh,
    async define(name, script = 'exec sleep 100000') {
      const file = path.join(folder, `${name}.xml`)
      writeFileSync(file, containerXml(name, script))
      await virsh('define', file)
    },
  }
}

function containerXml(name: string, script: string): string {
  return `<domain type='lxc'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>2</vcpu>
<os><type>exe</type><init>/bin/sh</init><initarg>-c</initarg><initarg>${script}</initarg></os>
<devices><console type='pty'/></devices></domain>`
}
