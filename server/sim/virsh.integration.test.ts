import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { until } from '../testing/until.ts'
import { bundleSim } from './bundle-for-tests.ts'
import type { ListedDomain } from './control.ts'
import type { Sim } from './start-sim.ts'
import { startSim } from './start-sim.ts'

const run = promisify(execFile)
const HOST = 'sim-01'

const virshMissing = await run('virsh', ['--version']).then(
  () => null,
  (cause: Error) => cause.message,
)
if (virshMissing !== null) {
  const reason = `stock virsh cannot judge the simulated fleet here: ${virshMissing}`
  if (process.env.CI) throw new Error(`${reason}; install libvirt-clients`)
  process.stderr.write(`SKIPPED: ${reason}\n`)
}

let sim: Sim
let uri: string
let removeBundle: () => Promise<void>

async function virsh(...args: string[]): Promise<string> {
  const { stdout } = await run('virsh', ['-c', uri, ...args], { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 })
  return stdout
}

/** Records of `virsh domstats` as name → field → value. */
function parseDomstats(text: string): Map<string, Map<string, string>> {
  const blocks = text.split(/^Domain: /m).slice(1)
  return new Map(
    blocks.map((block) => {
      const [head = '', ...lines] = block.split('\n')
      const fields = lines.filter((line) => line.includes('=')).map((line) => line.trim())
      return [head.slice(1, -1), new Map(fields.map((line) => cut(line)))]
    }),
  )
}

function cut(line: string): [string, string] {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

describe.skipIf(virshMissing !== null)('stock virsh against a simulated host', () => {
  beforeAll(async () => {
    const bundle = await bundleSim()
    removeBundle = bundle.remove
    sim = await startSim({
      uri: 'sim:?hosts=1&domains=300&kvm=5&inactive=5&churn=off',
      entry: bundle.entry,
      log: silentLog,
    })
    uri = `qemu+unix:///system?socket=${sim.hosts[0]!.socket}`
  })

  afterAll(async () => {
    await sim?.stop()
    await removeBundle?.()
  })

  const domains = async () => (await sim.control({ host: HOST, op: 'list' })) as ListedDomain[]

  it('list --all shows every domain, hostile names included', async () => {
    const names = (await virsh('list', '--all', '--name')).split('\n').filter((name) => name !== '')
    expect(names.toSorted()).toEqual((await domains()).map(({ name }) => name).toSorted())
    expect(names).toContain('билд-агент-01')
    expect((await virsh('list', '--name')).split('\n').filter(Boolean).length).toBeLessThan(names.length)
  })

  it('domstats reads every record, with and without NOWAIT and groups', async () => {
    const all = parseDomstats(await virsh('domstats'))
    expect(all.size).toBe(300)
    const groups = ['--state', '--cpu-total', '--balloon', '--vcpu', '--interface', '--block']
    const polled = parseDomstats(await virsh('domstats', '--nowait', ...groups))
    expect(polled.size).toBe(300)
    for (const { name, vcpus, disks, state } of await domains()) {
      const fields = polled.get(name)
      expect(fields?.get('vcpu.current')).toBe(String(vcpus.length))
      expect(fields?.get('block.count')).toBe(String(disks.length))
      expect(fields?.get('state.state')).toBe(String(state))
    }
    const [name] = [...polled.keys()]
    expect(parseDomstats(await virsh('domstats', name!)).size).toBe(1)
  })

  it('dominfo, domstate and domcontrol describe a domain', async () => {
    const running = (await domains()).find(({ state }) => state === 1)!
    const described = new Map(
      (await virsh('dominfo', running.name)).split('\n').map((line) => {
        const [key = '', ...rest] = line.split(':')
        return [key, rest.join(':').trim()]
      }),
    )
    expect(described.get('Name')).toBe(running.name)
    expect(described.get('UUID')).toBe(running.uuid)
    expect(described.get('CPU(s)')).toBe(String(running.vcpus.length))
    expect(described.get('State')).toBe('running')
    expect((await virsh('domstate', running.name, '--reason')).trim()).toMatch(/^running \(/)
    expect((await virsh('domcontrol', running.name)).trim()).toBe('ok')
  })

  it('dumpxml gives well-formed XML with the devices, even for a name of markup', async () => {
    const { XMLParser, XMLValidator } = await import('fast-xml-parser')
    for (const { name, uuid, disks } of await domains()) {
      if (!/^(instance|<b|билд|db)/.test(name)) continue
      const text = await virsh('dumpxml', name)
      expect(XMLValidator.validate(text)).toBe(true)
      const { domain } = new XMLParser({ isArray: (tag) => tag === 'disk' }).parse(text)
      expect(domain.name).toBe(name)
      expect(domain.uuid).toBe(uuid)
      expect(domain.devices.disk?.length ?? 0).toBe(disks.length)
    }
  }, 60_000)

  it('nodeinfo, nodecpustats and nodememstats describe the host', async () => {
    expect(await virsh('nodeinfo')).toMatch(/CPU\(s\):\s+\d+\n/)
    expect(await virsh('nodecpustats')).toMatch(/user:\s+\d+\nsystem:\s+\d+\nidle:\s+\d+\niowait:\s+\d+/)
    expect(await virsh('nodememstats')).toMatch(/total\s+:\s+\d+ KiB\nfree/)
    expect((await virsh('hostname')).trim()).toBe(HOST)
    expect(await virsh('version')).toContain('QEMU 7.2.22')
  })

  it('refuses to change anything', async () => {
    const [domain] = await domains()
    await expect(virsh('destroy', domain!.name)).rejects.toThrow('Operation not supported')
    await expect(run('virsh', ['-r', '-c', uri, 'destroy', domain!.name])).rejects.toThrow('forbidden')
  })

  it('event --all sees a stop, a start and a new disk', async () => {
    const running = (await domains()).find(({ state, disks }) => state === 1 && disks.length > 0)!
    const watcher = spawn('virsh', ['-c', uri, 'event', '--all', '--loop', '--timeout', '60'])
    let seen = ''
    watcher.stdout.on('data', (chunk) => {
      seen += String(chunk)
    })
    try {
      await until('its registrations', async () => {
        const { calls } = (await sim.control({ host: HOST, op: 'counters' })) as { calls: Record<string, number> }
        return (calls[316] ?? 0) >= 20 ? true : undefined
      })
      await sim.control({ host: HOST, op: 'attachDisk', domain: running.name, target: 'vdk' })
      await sim.control({ host: HOST, op: 'stop', domain: running.name })
      await sim.control({ host: HOST, op: 'start', domain: running.name })
      await until('the events', () => (seen.includes('Started Booted') ? true : undefined))
      expect(seen).toContain(`event 'device-added' for domain '${running.name}': virtio-disk10`)
      expect(seen).toContain(`event 'lifecycle' for domain '${running.name}': Stopped Destroyed`)
    } finally {
      watcher.kill()
    }
  })

  it('event --timeout ends by itself when nothing happens', async () => {
    // virsh counts a timeout as a failure of its own.
    const quiet = await run('virsh', ['-c', uri, 'event', '--all', '--timeout', '2']).catch(
      (end: { stdout: string }) => end,
    )
    expect(quiet.stdout).toContain('event loop timed out\nevents received: 0')
  })

  it('a frozen QEMU leaves list and state alone and makes domcontrol say occupied', async () => {
    const running = (await domains()).filter(({ state }) => state === 1)
    const victim = running[20]!.name
    await sim.control({ host: HOST, op: 'freeze', domain: victim })
    const stuck = virsh('domstats', '--nowait', '--balloon')
    await until('the stuck call', async () => {
      const { inFlight } = (await sim.control({ host: HOST, op: 'counters' })) as { inFlight: Record<string, number> }
      return inFlight[344] === 1 ? true : undefined
    })
    const second = parseDomstats(await virsh('domstats', '--nowait', '--balloon'))
    expect(second.get(victim)?.has('balloon.rss')).toBe(false)
    expect((await virsh('domstate', victim)).trim()).toBe('running')
    expect(await virsh('domcontrol', victim)).toContain('occupied')
    await sim.control({ host: HOST, op: 'thaw', domain: victim })
    expect(
      parseDomstats(await stuck)
        .get(victim)
        ?.has('balloon.rss'),
    ).toBe(true)
  })
})
