import type { LibvirtUri } from '../../../lib/libvirt/uri.ts'
import { nameForHelper } from '../../../lib/libvirt/uri-names.ts'
import { isSession, SYSTEM_DIR, socketCandidates } from '../local-sockets.ts'
import { type SshChoices, tunnelFlags } from './ssh-options.ts'

/** Exit codes of our remote script, out of the way of those of ssh (255) and of shells (126, 127). */
export const RemoteExit = { NoHelper: 91, NoNetcat: 92, NoSocket: 93 } as const

/** Quotes for POSIX shells; also csh and fish read it the same, as long as there is no `!` and no line end in it. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/**
 * Program and arguments that reach the daemon of a far host: the system's ssh, so that ssh_config, agents, jump hosts and
 * known_hosts hold. It never asks anything, and starts no daemon there.
 */
export function sshCommand(uri: LibvirtUri, choices: SshChoices): { program: string; args: string[] } {
  const { params } = uri
  const args: string[] = []
  if (uri.port !== null) args.push('-p', String(uri.port))
  if (uri.user !== null) args.push('-l', uri.user)
  if (params.keyfile !== null) args.push('-i', params.keyfile)
  args.push(...tunnelFlags(choices))
  if (params.noVerify) args.push('-o', 'StrictHostKeyChecking=no')
  // The far login shell, of whatever kind, sees one quoted word; `sh` then sees the script.
  args.push('--', uri.host ?? 'localhost', `sh -c ${shellQuote(remoteScript(uri))}`)
  return { program: params.command ?? 'ssh', args }
}

/**
 * What runs on the far side: virt-ssh-helper where there is one, for it finds the right socket by itself, else netcat to
 * the first read-only socket.
 */
export function remoteScript(uri: LibvirtUri): string {
  // What goes wrong there is told by words that we look for, and ssh_config may send a language.
  return `LC_ALL=C; export LC_ALL; ${wayIn(uri)}`
}

function wayIn(uri: LibvirtUri): string {
  const { proxy, netcat, socket } = uri.params
  const netcatOnly = proxy === 'netcat' || netcat !== null || (proxy === null && socket !== null)
  if (netcatOnly) return netcatScript(uri)
  const helper = `if command -v virt-ssh-helper >/dev/null 2>&1; then LIBVIRT_AUTOSTART=0; export LIBVIRT_AUTOSTART; exec virt-ssh-helper -r ${shellQuote(nameForHelper(uri))}; fi`
  return `${helper}; ${proxy === 'native' ? `exit ${RemoteExit.NoHelper}` : netcatScript(uri)}`
}

function netcatScript(uri: LibvirtUri): string {
  const program = shellQuote(uri.params.netcat ?? 'nc')
  const sockets = remoteSockets(uri).join(' ')
  return [
    `command -v ${program} >/dev/null 2>&1 || exit ${RemoteExit.NoNetcat}`,
    // Some kinds of netcat wait for ever after the end of input unless told not to; others do not know the option.
    `if ${program} -q 2>&1 | grep "requires an argument" >/dev/null 2>&1; then Q=-q0; else Q=; fi`,
    `for S in ${sockets}; do if test -S "$S"; then exec ${program} $Q -U "$S"; fi; done`,
    `exit ${RemoteExit.NoSocket}`,
  ].join('; ')
}

/** Candidates as shell words. Only the far side knows where its session sockets are. */
function remoteSockets(uri: LibvirtUri): string[] {
  const runtimeDir = '@RUNTIME@'
  const candidates = socketCandidates(uri, { systemDir: SYSTEM_DIR, runtimeDir, uid: 0 })
  if (!isSession(uri) || uri.params.socket !== null) return candidates.map(shellQuote)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the far shell fills this in
  const there = '"${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"'
  return candidates.map((path) => there + shellQuote(path.slice(runtimeDir.length)))
}
