/** What `virsh domstats` says of one domain: field path to value as text. */
export type VirshStats = ReadonlyMap<string, string>

/** Reads the output of `virsh domstats`: domains by name. */
export function parseDomstats(output: string): Map<string, Map<string, string>> {
  const domains = new Map<string, Map<string, string>>()
  let current: Map<string, string> | null = null
  for (const line of output.split('\n')) {
    const domain = /^Domain: '(.*)'$/.exec(line)?.[1]
    if (domain !== undefined) {
      current = new Map()
      domains.set(domain, current)
      continue
    }
    const field = /^ {2}([^=]+)=(.*)$/.exec(line)
    if (field !== null && current !== null) current.set(field[1] ?? '', field[2] ?? '')
  }
  return domains
}
