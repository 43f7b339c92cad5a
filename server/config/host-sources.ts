import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { ConfigFile } from './config-file.ts'
import type { Flags } from './flags.ts'
import { type HostRequest, splitNamed } from './hosts.ts'
import type { LibvirtConf } from './libvirt-conf.ts'
import type { ConfigSources } from './sources.ts'

/** What `npm start` shows where there is no daemon. */
const FALLBACK_SIM = 'sim:?hosts=8&domains=2000&seed=1'

/**
 * The connections to make: those of the first source that names any.
 *
 * @remarks Sockets that exist but do not answer count as found: then the page shows the error, and nothing is simulated.
 * @throws DomscopeError `NO_HOSTS` when no source names a host and no fallback was asked for; `BAD_CONFIG` when it would
 * be `uri_default` that decides, and it cannot be read.
 */
export function hostRequests(
  flags: Flags,
  file: ConfigFile,
  conf: LibvirtConf,
  { env, findSockets }: ConfigSources,
): readonly HostRequest[] {
  if (flags.connect.length > 0) return flags.connect.map((text) => splitNamed(text, '--connect'))
  const words = (env.DOMSCOPE_CONNECT ?? '').split(/\s+/).filter((word) => word !== '')
  if (words.length > 0) return words.map((text) => splitNamed(text, 'DOMSCOPE_CONNECT'))
  if (file.hosts !== null && file.hosts.length > 0) return file.hosts
  const one = (uri: string, where: string): HostRequest[] => [{ uri, name: null, labels: {}, where }]
  if (env.LIBVIRT_DEFAULT_URI) return one(env.LIBVIRT_DEFAULT_URI, 'LIBVIRT_DEFAULT_URI')
  if (conf.uriDefault !== null) return one(conf.uriDefault, "uri_default of libvirt's client")
  if (conf.noDefault !== null) throw conf.noDefault
  const sockets = findSockets(env.XDG_RUNTIME_DIR || null)
  if (sockets.found.length > 0) return sockets.found.flatMap(({ uri, path }) => one(uri, `socket ${path}`))
  if (env.DOMSCOPE_FALLBACK_SIM === '1') return one(FALLBACK_SIM, 'fallback')
  throw noHosts(sockets.tried)
}

function noHosts(tried: readonly string[]): DomscopeError {
  const looked = `--connect, DOMSCOPE_CONNECT, hosts in a config file, LIBVIRT_DEFAULT_URI, uri_default, and ${tried.join(', ')}`
  return new DomscopeError('NO_HOSTS', `no libvirt daemon to watch: looked for ${looked}`, {
    radius: 'process',
    remedy: 'Give one with --connect qemu+ssh://HOST/system, or a simulated fleet with --connect "sim:?hosts=8".',
  })
}
