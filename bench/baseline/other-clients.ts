import { spawn } from 'node:child_process'

/** CPU by poll of somebody else's client, ms, or why it could not be measured. */
export type OtherClient = { readonly cpuMs: number[] } | { readonly missing: string }

const DEADLINE_MS = 60_000
const GROUPS = ['--state', '--cpu-total', '--balloon', '--vcpu', '--interface', '--block']

/** `virsh domstats`, a process for each poll, its output thrown away: user and system time as the shell counts it. */
export async function pollByVirsh(uri: string, polls: number): Promise<OtherClient> {
  const command = `virsh --quiet --readonly --connect '${uri}' domstats --nowait ${GROUPS.join(' ')} > /dev/null || exit 3`
  const cpuMs: number[] = []
  for (let i = 0; i < polls; i++) {
    const { code, output } = await run('bash', ['-c', `${command}; times`])
    if (code !== 0) return { missing: `virsh could not be run: ${output.trim().split('\n').at(-1) ?? `code ${code}`}` }
    // The second line of `times` is about the children: "0m0.131s 0m0.310s".
    const [user, system] = [...(output.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
    if (user === undefined || system === undefined) return { missing: `the shell told no times: ${output}` }
    cpuMs.push(
      [user, system].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0),
    )
  }
  return { cpuMs }
}

const PYTHON = `
import json, resource, sys
import libvirt
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000
connection = libvirt.openReadOnly(sys.argv[1])
times = []
for i in range(int(sys.argv[2]) + 2):
    before = cpu()
    stats = connection.getAllDomainStats(63, libvirt.VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT)
    times.append(cpu() - before)
print(json.dumps(times[2:]))
`

/** libvirt's own Python binding over one connection: an object for each domain, a dictionary of its fields. */
export async function pollByPython(uri: string, polls: number): Promise<OtherClient> {
  let why = ''
  for (const python of ['python3', '/usr/bin/python3']) {
    const { code, output } = await run(python, ['-c', PYTHON, uri, String(polls)])
    // Printed by the script above.
    if (code === 0) return { cpuMs: JSON.parse(output) as number[] }
    why = output.trim().split('\n').at(-1) ?? `code ${code}`
  }
  return { missing: `python3-libvirt could not be run: ${why}` }
}

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    })
    let output = ''
    const take = (chunk: string) => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code, output }))
  })
}
