import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { ConfigSources } from '../config/sources.ts'
import { type Config, readCommand } from '../config.ts'

/** What a test says of the world that settings are read from; the rest is empty. */
export type Given = {
  argv?: readonly string[]
  env?: Readonly<Record<string, string>>
  files?: Readonly<Record<string, string | Uint8Array | Error>>
  sockets?: readonly { uri: string; path: string }[]
  uid?: number
}

/** A world of settings without files, variables and sockets but those given. */
export function sources({ argv = [], env = {}, files = {}, sockets = [], uid = 1000 }: Given): ConfigSources {
  return {
    argv,
    env,
    readFile(path) {
      const file = files[path]
      if (file instanceof Error) throw file
      return typeof file === 'string' ? Buffer.from(file) : (file ?? null)
    },
    findSockets: () => ({
      found: sockets,
      tried: ['/var/run/libvirt/virtqemud-sock-ro', '/var/run/libvirt/libvirt-sock-ro'],
    }),
    user: { uid, name: 'op', home: '/home/op' },
  }
}

/** The settings that come out. */
export function config(given: Given): Config {
  const command = readCommand(sources(given))
  if (command.kind !== 'serve' && command.kind !== 'check') throw new Error(`got ${command.kind}`)
  return command.config
}

/** Names and URIs of the hosts that come out. */
export const named = (given: Given) => config(given).hosts.map(({ name, uri }) => [name, uri.text])

/** The error that comes out. */
export function failure(given: Given): DomscopeError {
  try {
    readCommand(sources(given))
  } catch (error) {
    if (error instanceof DomscopeError) return error
    throw error
  }
  throw new Error('it was accepted')
}

/** Flags that connect to URIs. */
export const connect = (...uris: string[]) => uris.flatMap((uri) => ['--connect', uri])
export const SYSTEM = '/var/run/libvirt/libvirt-sock-ro'
