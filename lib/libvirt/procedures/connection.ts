import { xdrError } from '../../xdr/xdr-error.ts'
import type { XdrReader } from '../../xdr/xdr-reader.ts'
import type { Call } from '../call.ts'
import { nothing } from '../call.ts'
import { AuthType, Procedure } from '../constants.ts'
import { MAX_AUTH_TYPES, MAX_STRING_BYTES } from '../limits.ts'

/** 66: which authentication the daemon wants. Comes before everything else, also for root. */
export const authList: Call<AuthType[]> = {
  procedure: Procedure.AuthList,
  encode: nothing,
  decode(reader) {
    const types: AuthType[] = []
    for (let left = reader.count(MAX_AUTH_TYPES, 4); left > 0; left--) types.push(readAuthType(reader))
    return types
  },
}

function readAuthType(reader: XdrReader): AuthType {
  const type = reader.u32()
  if (type > AuthType.Polkit) {
    throw xdrError('XDR_BAD_VALUE', `authentication type ${type} does not exist`, reader.offset - 4, { type })
  }
  return type as AuthType
}

/** 70: asks the daemon to ask polkit about this process. Answers whether that is complete. */
export const authPolkit: Call<boolean> = {
  procedure: Procedure.AuthPolkit,
  encode: nothing,
  decode: (reader) => reader.i32() !== 0,
}

/** 60: whether the daemon has a feature. Never ask for 10: it turns on a keepalive that harms a busy connection. */
export function supportsFeature(feature: number): Call<boolean> {
  return {
    procedure: Procedure.SupportsFeature,
    encode: (writer) => void writer.i32(feature),
    decode: (reader) => reader.i32() === 1,
  }
}

/** 1: opens the driver. `name` is the URI without transport; the empty string lets the daemon choose. */
export function connectOpen(name: string, flags: number): Call<void> {
  return {
    procedure: Procedure.ConnectOpen,
    encode: (writer) => void writer.optionalString(name).u32(flags),
    decode: nothing,
  }
}

/** 2: the daemon answers, then closes. */
export const connectClose: Call<void> = { procedure: Procedure.ConnectClose, encode: nothing, decode: nothing }

function stringCall(procedure: Call<string>['procedure']): Call<string> {
  return { procedure, encode: nothing, decode: (reader) => reader.string(MAX_STRING_BYTES) }
}

/** Versions are major · 1,000,000 + minor · 1,000 + release: far inside 2^53. */
function versionCall(procedure: Call<number>['procedure']): Call<number> {
  return { procedure, encode: nothing, decode: (reader) => Number(reader.u64()) }
}

/** 3: driver type as libvirt spells it: `QEMU`, `TEST`, … */
export const getType = stringCall(Procedure.GetType)
/** 4: version of the hypervisor. */
export const getVersion = versionCall(Procedure.GetVersion)
/** 157: version of libvirt. */
export const getLibVersion = versionCall(Procedure.GetLibVersion)
/** 59 */
export const getHostname = stringCall(Procedure.GetHostname)
/** 110: the URI the daemon opened. */
export const getUri = stringCall(Procedure.GetUri)
/** 7: XML, tens of kilobytes. */
export const getCapabilities = stringCall(Procedure.GetCapabilities)
