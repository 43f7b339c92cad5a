import type { LocalSocket } from '../libvirt/local-sockets.ts'

/** What the settings are read from. Tests give their own. */
export interface ConfigSources {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** What a file holds, or null when there is none; throws what the system says otherwise. */
  readonly readFile: (path: string) => Uint8Array | null
  readonly findSockets: (runtimeDir: string | null) => { found: readonly LocalSocket[]; tried: readonly string[] }
  readonly user: { readonly uid: number; readonly name: string; readonly home: string }
}
