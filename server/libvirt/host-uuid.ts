import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { getCapabilities } from '../../lib/libvirt/procedures/connection.ts'
import type { RpcClient } from './rpc-client.ts'

/** The host's UUID is the first thing in its capabilities; nothing beyond this many characters is looked at. */
const LOOK_AT = 4_096
/** Every repetition is bounded, so that no document makes the search long. */
const HOST_UUID = /<host>\s{0,64}<uuid>\s{0,16}([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\s{0,16}<\/uuid>/

/** UUID of the machine out of its capabilities, lower case; null when they do not say. */
export function hostUuidOf(capabilities: string): string | null {
  return HOST_UUID.exec(capabilities.slice(0, LOOK_AT))?.[1]?.toLowerCase() ?? null
}

/**
 * Asks a daemon which machine it runs on.
 *
 * @returns null when it does not say, whatever the reason. Rejects only when the connection is gone.
 */
export async function readHostUuid(client: RpcClient, deadlineMs: number): Promise<string | null> {
  try {
    return hostUuidOf(await client.call(getCapabilities, deadlineMs))
  } catch (error) {
    if (findDomscopeError(error) === null || findDomscopeError(error)?.code === 'CONNECTION_LOST') throw error
    return null
  }
}
