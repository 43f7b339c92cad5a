import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { LibvirtUri } from '../../../lib/libvirt/uri.ts'
import { RemoteExit, shellQuote } from './ssh-command.ts'

/** How ssh ended: its exit code, null when it was killed, and what it wrote to stderr. */
export interface SshEnd {
  readonly exitCode: number | null
  readonly stderr: string
}

interface Explanation {
  readonly code: string
  readonly message: (where: string) => string
  readonly remedy: (uri: LibvirtUri) => string
}

/** Ends that our own script on the far side tells by its exit code. */
const BY_EXIT: Readonly<Record<number, Explanation>> = {
  [RemoteExit.NoHelper]: {
    code: 'SSH_HELPER_MISSING',
    message: (where) => `${where} has no virt-ssh-helper`,
    remedy: () =>
      'Leave out proxy=native, or install virt-ssh-helper there: it comes with the libvirt clients or daemon.',
  },
  [RemoteExit.NoNetcat]: {
    code: 'SSH_NETCAT_MISSING',
    message: (where) => `${where} has neither virt-ssh-helper nor netcat`,
    remedy: () => 'Install the libvirt clients or netcat-openbsd there, or name the program by netcat=.',
  },
  [RemoteExit.NoSocket]: {
    code: 'SOCKET_MISSING',
    message: (where) => `${where} has no libvirt socket where one is expected`,
    remedy: () => 'Install and start libvirtd or virtqemud there, or name its read-only socket by socket=.',
  },
}

/**
 * Ends that only ssh's own words tell: it has one exit code for all of them. First match wins.
 *
 * @remarks ssh does not translate its messages, and these have not changed in many years.
 */
const BY_WORDS: readonly (readonly [RegExp, Explanation])[] = [
  [
    /Cannot execute command-line and remote command|Bad configuration option|bad configuration options|unknown option|illegal option/,
    {
      code: 'SSH_CONFIG',
      message: () => 'ssh does not accept its configuration or our options',
      remedy: (uri) => `Correct what it names, so that this works: ${tryCommand(uri)}`,
    },
  ],
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    {
      code: 'SSH_HOST_KEY_CHANGED',
      message: (where) => `the ssh host key of ${where} is not the one known for it`,
      remedy: (uri) => `Find out why; if the host was set up anew, run: ssh-keygen -R ${knownName(uri)}`,
    },
  ],
  [
    /Host key verification failed|No .* host key is known/,
    {
      code: 'SSH_HOST_KEY_UNKNOWN',
      message: (where) => `the ssh host key of ${where} is not known to this user`,
      remedy: (uri) => `Run once as the user that Domscope runs as, and compare the fingerprint: ${tryCommand(uri)}`,
    },
  ],
  [
    /Permission denied \(/,
    {
      code: 'SSH_PERMISSION_DENIED',
      message: (where) => `${where} accepts no key of this user`,
      remedy: (uri) => `Domscope asks for no password; make this work without one: ${tryCommand(uri)}`,
    },
  ],
  [
    /Could not resolve hostname/,
    {
      code: 'SSH_HOST_NOT_FOUND',
      message: (where) => `there is no host ${where}`,
      remedy: () => 'Check the name in the URI and in ssh_config.',
    },
  ],
  [
    /connect to host .* Connection refused/,
    {
      code: 'SSH_REFUSED',
      message: (where) => `${where} refuses ssh connections`,
      remedy: () => 'Check the port in the URI, and that sshd runs there.',
    },
  ],
  [
    /Connection timed out|Operation timed out|timed out during banner exchange/,
    {
      code: 'CONNECT_TIMEOUT',
      message: (where) => `${where} did not answer ssh in time`,
      remedy: () => 'Check that the host is up and that no firewall is in between.',
    },
  ],
  [
    /No route to host|Network is unreachable/,
    {
      code: 'SSH_UNREACHABLE',
      message: (where) => `there is no route to ${where}`,
      remedy: () => 'Check that the host is up and the network between.',
    },
  ],
  [
    /(cannot connect to|unix connect failed|Failed to connect|nc: .*sock).*Connection refused/,
    {
      code: 'DAEMON_NOT_RUNNING',
      message: (where) => `the libvirt socket of ${where} is there, but no daemon listens on it`,
      remedy: () => 'Start the daemon there: systemctl start libvirtd, or virtqemud.socket on modular hosts.',
    },
  ],
  [
    /(cannot connect to|unix connect failed|Failed to connect|nc: .*sock).*Permission denied/,
    {
      code: 'SOCKET_FORBIDDEN',
      message: (where) => `the ssh user may not open the libvirt socket of ${where}`,
      remedy: () =>
        'Let it use the read-only socket: unix_sock_ro_perms = "0777" in libvirtd.conf or virtqemud.conf there.',
    },
  ],
  [
    /(cannot connect to|unix connect failed|Failed to connect|nc: .*sock).*No such file/,
    {
      code: 'SOCKET_MISSING',
      message: (where) => `${where} has no libvirt socket where one is expected`,
      remedy: () => 'Install and start libvirtd or virtqemud there, or name its read-only socket by socket=.',
    },
  ],
]

/** Words of the far side that tell why the account runs nothing of ours, on either of its outputs. */
const BY_ACCOUNT: readonly (readonly [RegExp, Explanation])[] = [
  [
    /password (?:has |is )?expired|password change required|required to change your password|account (?:has |is )?expired/i,
    {
      code: 'SSH_ACCOUNT_EXPIRED',
      message: (where) => `account or password on ${where} has expired`,
      remedy: (uri) => `Renew it there, then see that this prints nothing and asks nothing: ${tryCommand(uri)}`,
    },
  ],
  [
    /account is (?:currently )?(?:not available|restricted|disabled|locked)|sftp connections only|not provide shell|logins? (?:are|is) (?:currently )?(?:not permitted|disabled)|system is going down|nologin|restricted: cannot|restricted shell|(?:command|shell)\b[^\n]{0,80}\bnot (?:allowed|permitted)|not allowed because shell|not allowed to execute|please log ?in as the user|shell access (?:is )?(?:disabled|denied)|rbash: |what do you think i am\? a shell/i,
    {
      code: 'SSH_ACCOUNT_CLOSED',
      message: (where) => `the account on ${where} may not run commands`,
      remedy: (uri) =>
        `Give it a login shell there and no forced command, or name another user in the URI; this must print nothing: ${tryCommand(uri)}`,
    },
  ],
]

/** Characters of ssh's own words that go into an error. */
const SHOWN_STDERR = 300

/** Why an ssh connection ended, in words; null when it ended in good order. */
export function sshError(uri: LibvirtUri, end: SshEnd): DomscopeError | null {
  const said = lastWords(end.stderr)
  const where = uri.host ?? 'localhost'
  const detail = { host: where, exitCode: end.exitCode, stderr: said }
  const byExit = end.exitCode === null ? undefined : BY_EXIT[end.exitCode]
  const known = byExit ?? explain(BY_WORDS, end.stderr)
  const build = ({ code, remedy }: Explanation, message: string) =>
    new DomscopeError(code, message, { radius: 'connection', detail, remedy: remedy(uri) })
  if (known !== undefined) return build(known, known.message(where))
  const account = explain(BY_ACCOUNT, end.stderr)
  if (account !== undefined) return build(account, `${account.message(where)}: ${said}`)
  if (end.exitCode === 0) return null
  return new DomscopeError('SSH_FAILED', `ssh to ${where} ended${said === '' ? '' : `: ${said}`}`, {
    radius: 'connection',
    detail,
    remedy: `Try it by hand as the user that Domscope runs as: ${tryCommand(uri)}`,
  })
}

/** The program could not be started. */
export function sshMissing(program: string, cause: unknown): DomscopeError {
  return new DomscopeError('SSH_MISSING', `the program ${program} cannot be started`, {
    radius: 'connection',
    detail: { program },
    remedy: 'Install the OpenSSH client, or name the program by command= in the URI.',
    cause,
  })
}

/**
 * The far side printed something into the tunnel where the daemon's first message should be.
 *
 * @param said - What it was, quoted.
 */
export function sshOutputError(uri: LibvirtUri, said: string, cause: DomscopeError): DomscopeError {
  const where = uri.host ?? 'localhost'
  const account = explain(BY_ACCOUNT, said)
  const detail = { host: where, said, stderr: cause.detail.stderr ?? null }
  const build = (code: string, message: string, remedy: string) =>
    new DomscopeError(code, message, { radius: 'connection', detail, remedy, cause })
  if (account !== undefined) {
    return build(account.code, `${account.message(where)}: it printed ${said}`, account.remedy(uri))
  }
  const login = `Run ${tryCommand(uri)}: it must print nothing. What prints is a login file there (~/.bashrc, /etc/profile.d, config.fish), a forced command or the account's shell.`
  const { netcat, socket } = uri.params
  const behind =
    netcat === null && socket === null ? '' : ' If it prints nothing, look at socket= and netcat= in the URI.'
  const message = `ssh to ${where} printed ${said} where the libvirt daemon should speak`
  return build('SSH_OUTPUT', message, login + behind)
}

function explain(table: readonly (readonly [RegExp, Explanation])[], words: string): Explanation | undefined {
  return table.find(([pattern]) => pattern.test(words))?.[1]
}

/** A command to run by hand that meets the same host, user and port. */
function tryCommand(uri: LibvirtUri): string {
  const port = uri.port === null ? '' : `-p ${uri.port} `
  const key = uri.params.keyfile === null ? '' : `-i ${shellQuote(uri.params.keyfile)} `
  const user = uri.user === null ? '' : `${uri.user}@`
  return `ssh ${port}${key}${user}${uri.host ?? 'localhost'} true`
}

/** How known_hosts spells host and port. */
function knownName(uri: LibvirtUri): string {
  return uri.port === null ? (uri.host ?? 'localhost') : shellQuote(`[${uri.host}]:${uri.port}`)
}

/** The end of what ssh said, on one line, without control characters. */
function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
  return lines
    .filter((line) => line !== '')
    .slice(-3)
    .join(' / ')
    .slice(-SHOWN_STDERR)
}
