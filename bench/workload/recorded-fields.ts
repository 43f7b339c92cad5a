import { readFileSync } from 'node:fs'
import { decodeObjects, type StatsRecord, ValueForm } from '../baseline/naive-decoder.ts'

/** A typed parameter as a daemon sent it once. */
export interface FieldSpec {
  readonly name: string
  /** Number of its type on the wire. */
  readonly type: number
  readonly text: string
}

const RECORDING = 'lib/libvirt/fixtures/qemu-lifecycle.jsonl'
const HEADER_BYTES = 28
const BULK_STATS = 344
const ALL_SIX_GROUPS = 63
/** A TCG guest with four vCPUs, two disks and a NIC: 69 fields. */
const GUEST = 'db-replica'
const BEFORE_BALLOON = 'balloon.maximum'
/** What a guest with a balloon driver and a stats period adds, and where; no guest of the recording had one. */
const BALLOON_FIRST = ['swap_in', 'swap_out', 'major_fault', 'minor_fault', 'unused', 'available', 'usable']
const BEFORE_CACHES = 'balloon.last-update'
const BALLOON_LAST = ['disk_caches', 'hugetlb_pgalloc', 'hugetlb_pgfail']
const ULLONG = 4
/** KiB, pages and events: what a guest with 4 GiB says. */
const BALLOON_VALUES: Readonly<Record<string, number>> = {
  unused: 900_000,
  available: 4_000_000,
  usable: 1_500_000,
  disk_caches: 700_000,
}
/** Unix time at which the guest last spoke: a guest without a driver says 0. */
const LAST_UPDATE = 1_700_000_000
export const FIELDS = 79

/**
 * The 79 fields of the benches: names, types and order as a real daemon sent them for a TCG guest, with the balloon
 * statistics of a guest that gives them put in where libvirt puts them.
 */
export function recordedFields(): FieldSpec[] {
  const balloon = (names: readonly string[]) =>
    names.map((name) => ({ name: `balloon.${name}`, type: ULLONG, text: String(BALLOON_VALUES[name] ?? 1_000) }))
  const fields = fieldsOf(firstReply(), GUEST).flatMap((field) => {
    if (field.name === BEFORE_BALLOON) return [field, ...balloon(BALLOON_FIRST)]
    return field.name === BEFORE_CACHES ? [{ ...field, text: String(LAST_UPDATE) }, ...balloon(BALLOON_LAST)] : [field]
  })
  if (fields.length !== FIELDS) throw new Error(`the recording gives ${fields.length} fields, not ${FIELDS}`)
  return fields
}

function fieldsOf(records: readonly StatsRecord<bigint>[], name: string): FieldSpec[] {
  const record = records.find((candidate) => candidate.name === name)
  if (record === undefined) throw new Error(`no record of ${name} in ${RECORDING}`)
  return record.params.map(({ name: field, type, value }) => ({ name: field, type, text: String(value) }))
}

/** The first reply in the recording that answers a call for the six groups. */
function firstReply(): StatsRecord<bigint>[] {
  const asked = new Set<number>()
  for (const line of readFileSync(RECORDING, 'utf8').trim().split('\n')) {
    const message = Buffer.from((JSON.parse(line) as { hex: string }).hex, 'hex')
    if (message.readUInt32BE(12) !== BULK_STATS) continue
    const serial = message.readUInt32BE(20)
    if (message.readUInt32BE(16) === 0) {
      if (message.readUInt32BE(32) === ALL_SIX_GROUPS) asked.add(serial)
    } else if (asked.has(serial) && message.readUInt32BE(24) === 0) {
      return decodeObjects(message.subarray(HEADER_BYTES), ValueForm.BigInt)
    }
  }
  throw new Error(`no reply in ${RECORDING}`)
}
