/** How one connection through ssh is made. */
export interface SshChoices {
  readonly connectTimeoutMs: number
  /** Pass by a connection that another ssh of this user shares: it gave no answer last time. */
  readonly alone: boolean
}

/**
 * Options that keep the tunnel a tunnel, whatever ssh_config holds for people at a terminal; of each the first value that
 * ssh meets counts, and the command line comes first.
 *
 * @remarks What decides *how the host is reached* stays the user's: keys, agents, jump hosts, proxies, known hosts,
 * compression, keepalives, also a connection of the user that is shared already (`ControlPath`), for there may be no other
 * way in. See docs/decisions/ssh-tunnel.md.
 */
const TUNNEL: readonly string[] = [
  // Some of the following are younger than ssh programs still in use, which refuse what they do not know. No narrower
  // pattern will do: ours takes the place of the user's own IgnoreUnknown.
  'IgnoreUnknown=*',
  'BatchMode=yes',
  // Another command in the place of ours, none, or a subsystem (7.6, 8.7).
  'RemoteCommand=none',
  'SessionType=default',
  // Our end of the tunnel would be shut, or left behind (both 8.7).
  'StdinNull=no',
  'ForkAfterAuthentication=no',
  // Prints into the tunnel.
  'PermitLocalCommand=no',
  // Ports that are taken would end the connection; those that are free would be open as long as we run.
  'ClearAllForwardings=yes',
  'Tunnel=no',
  'ExitOnForwardFailure=no',
  // A shared connection would end for all when ours ends; one that persists keeps our stderr open.
  'ControlMaster=no',
  'ControlPersist=no',
  // An agent that asks its user at each connect, or collects keys.
  'AddKeysToAgent=no',
  // Without words an error has no reason, with too many its reason is lost.
  'LogLevel=INFO',
  'LogVerbose=none',
  'VisualHostKey=no',
]

/**
 * Flags of ssh before the host's name: no terminal, no escape character, no agent and no X11 for the far side, and
 * {@link TUNNEL}.
 */
export function tunnelFlags({ connectTimeoutMs, alone }: SshChoices): string[] {
  const options = [...TUNNEL, `ConnectTimeout=${Math.ceil(connectTimeoutMs / 1000)}`]
  if (alone) options.push('ControlPath=none')
  return ['-T', '-a', '-x', '-e', 'none', ...options.flatMap((option) => ['-o', option])]
}
