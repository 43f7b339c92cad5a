import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogFields } from '../log.ts'
import { silentLog } from '../log.ts'
import { until } from '../testing/until.ts'
import { bundleSim } from './bundle-for-tests.ts'
import type { ListedDomain } from './control.ts'
import { startSim } from './start-sim.ts'
import { bulkArgs, RawClient } from './testing/raw-client.ts'

let entry: string
let dir: string
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ entry, remove } = await bundleSim())
  dir = await mkdtemp(path.join(tmpdir(), 'start-sim-'))
}, 60_000)

afterAll(async () => {
  await remove()
  await rm(dir, { recursive: true, force: true })
})

describe('startSim', () => {
  it('starts a fleet whose hosts answer, obeys, and leaves nothing behind', async () => {
    const sim = await startSim({ uri: 'sim:?hosts=3&domains=30&churn=off', entry, log: silentLog })
    const folder = path.dirname(sim.hosts[0]!.socket)
    expect(sim.hosts.map(({ name }) => name)).toEqual(['sim-01', 'sim-02', 'sim-03'])
    const client = await RawClient.open(sim.hosts[1]!.socket)
    expect(await client.refusal(344, bulkArgs(63))).toBeNull()
    const domains = (await sim.control({ host: 'sim-02', op: 'list' })) as ListedDomain[]
    expect(domains.length).toBe(10)
    const all = (await sim.control({ host: '*', op: 'list' })) as Record<string, ListedDomain[]>
    expect(Object.values(all).flat().length).toBe(30)
    client.end()
    await sim.stop()
    expect(existsSync(folder)).toBe(false)
    expect(() => process.kill(sim.pid, 0)).toThrow('ESRCH')
  })

  it('rejects what the fleet refuses, with the code it gave, and goes on', async () => {
    const sim = await startSim({ uri: 'sim:?hosts=1&domains=5&churn=off', entry, dir, log: silentLog })
    await expect(sim.control({ host: 'sim-09', op: 'list' })).rejects.toMatchObject({ code: 'SIM_NO_HOST' })
    const gone = sim.control({ host: 'sim-01', op: 'freeze', domain: 'nobody' })
    await expect(gone).rejects.toMatchObject({ code: 'SIM_NO_DOMAIN' })
    const wrong = { host: 'sim-01', op: 'mode', mode: 'asleep' } as never
    await expect(sim.control(wrong)).rejects.toMatchObject({ code: 'SIM_BAD_COMMAND' })
    expect(await sim.control({ host: 'sim-01', op: 'counters' })).toMatchObject({ connections: 0 })
    await sim.stop()
    expect(await readdir(dir)).toEqual([])
  })

  it('says why it cannot start: a bad URI, no entry, a folder too deep for a socket', async () => {
    await expect(startSim({ uri: 'sim:?hosts=none', entry, log: silentLog })).rejects.toMatchObject({
      code: 'BAD_SIM_URI',
    })
    const missing = startSim({ uri: 'sim:', entry: path.join(dir, 'none.mjs'), log: silentLog })
    await expect(missing).rejects.toMatchObject({ code: 'SIM_ENTRY_MISSING' })
    const long = path.join(dir, 'x'.repeat(120))
    const unusable = startSim({ uri: 'sim:?hosts=1', entry, dir: long, log: silentLog })
    await expect(unusable).rejects.toMatchObject({ code: 'SIM_CANNOT_LISTEN' })
  })

  it('logs an end that nobody asked for and rejects what is still open', async () => {
    const errors: [string, LogFields | undefined][] = []
    const log = { ...silentLog, error: (event: string, fields?: LogFields) => void errors.push([event, fields]) }
    const sim = await startSim({ uri: 'sim:?hosts=1&domains=1', entry, log })
    process.kill(sim.pid, 'SIGKILL')
    await sim.ended
    expect(errors).toEqual([['sim.ended', { code: null, signal: 'SIGKILL' }]])
    await expect(sim.control({ host: 'sim-01', op: 'list' })).rejects.toMatchObject({ code: 'SIM_ENDED' })
    await sim.stop()
  })

  it('dies with its parent, even when that is killed', async () => {
    const own = path.join(dir, 'own')
    const script = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, [${JSON.stringify(entry)}, '--uri', 'sim:?hosts=1&domains=9', '--dir', ${JSON.stringify(own)}, '--own-dir'],
        { stdio: ['pipe', 'pipe', 'inherit'] })
      child.stdout.once('data', () => console.log(child.pid))
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
    expect(process.kill(pid, 0)).toBe(true)
    parent.kill('SIGKILL')
    await until('the end of the simulation', () => {
      try {
        process.kill(pid, 0)
        return undefined
      } catch {
        return true
      }
    })
    expect(existsSync(own)).toBe(false)
  })
})
