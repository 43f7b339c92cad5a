import { xdrError } from '../../xdr/xdr-error.ts'
import type { Call } from '../call.ts'
import { Procedure } from '../constants.ts'
import type { DomainRef } from '../domain-ref.ts'
import { readDomainRef, writeDomainRef } from '../domain-ref.ts'
import { MAX_DOMAINS, MAX_STRING_BYTES, MIN_DOMAIN_BYTES } from '../limits.ts'

/** 273: all domains that match `flags`. More than 16,384 make the daemon answer with code 1. */
export function listAllDomains(flags: number): Call<DomainRef[]> {
  return {
    procedure: Procedure.ListAllDomains,
    encode: (writer) => void writer.i32(1).u32(flags),
    decode(reader) {
      const count = reader.count(MAX_DOMAINS, MIN_DOMAIN_BYTES)
      const domains: DomainRef[] = []
      for (let i = 0; i < count; i++) domains.push(readDomainRef(reader))
      const told = reader.u32()
      if (told !== count) {
        throw xdrError('XDR_BAD_VALUE', `list says ${told} domains and holds ${count}`, reader.offset - 4, {
          told,
          count,
        })
      }
      return domains
    },
  }
}

/** 212 */
export function getState(domain: DomainRef): Call<{ state: number; reason: number }> {
  return {
    procedure: Procedure.DomainGetState,
    encode(writer) {
      writeDomainRef(writer, domain)
      writer.u32(0)
    },
    decode: (reader) => ({ state: reader.i32(), reason: reader.i32() }),
  }
}

/** What every driver tells of a domain. */
export interface DomainInfo {
  readonly state: number
  readonly memoryMaximumKiB: bigint
  /** Given to the domain or used by it: that depends on the driver. */
  readonly memoryKiB: bigint
  readonly vcpus: number
  readonly cpuTimeNs: bigint
}

/** 16: one domain's figures. QEMU's driver may wait for the domain's monitor; others have none. */
export function getInfo(domain: DomainRef): Call<DomainInfo> {
  return {
    procedure: Procedure.DomainGetInfo,
    encode: (writer) => writeDomainRef(writer, domain),
    decode: (reader) => ({
      state: reader.i32(),
      memoryMaximumKiB: reader.u64(),
      memoryKiB: reader.u64(),
      vcpus: reader.i32(),
      cpuTimeNs: reader.u64(),
    }),
  }
}

/** What has hold of a domain's monitor. */
export interface ControlInfo {
  /** 0 ok, 1 job, 2 occupied, 3 error. */
  readonly state: number
  readonly details: number
  readonly stateTimeMs: number
}

/** 229: answers at once also when the domain's QEMU hangs. */
export function getControlInfo(domain: DomainRef): Call<ControlInfo> {
  return {
    procedure: Procedure.DomainGetControlInfo,
    encode(writer) {
      writeDomainRef(writer, domain)
      writer.u32(0)
    },
    decode: (reader) => ({ state: reader.u32(), details: reader.u32(), stateTimeMs: Number(reader.u64()) }),
  }
}

/** 14: the live XML, without flags and so without secrets. */
export function getXmlDesc(domain: DomainRef): Call<string> {
  return {
    procedure: Procedure.DomainGetXmlDesc,
    encode(writer) {
      writeDomainRef(writer, domain)
      writer.u32(0)
    },
    decode: (reader) => reader.string(MAX_STRING_BYTES),
  }
}
