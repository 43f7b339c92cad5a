import type { StatGroup, WireShape } from './types.ts'
import { StatGroup as G } from './types.ts'

/** Which table a wire field belongs to. */
export type WireEntity = 'domain' | 'vcpu' | 'disk' | 'nic'

export interface WireField<Path extends string = string> {
  /** Field path with the ordinal as `*`: `vcpu.*.time`. */
  readonly path: Path
  readonly entity: WireEntity
  readonly group: StatGroup
  readonly shape: WireShape
}

function field<const P extends string, const E extends WireEntity, const S extends WireShape>(
  path: P,
  entity: E,
  group: StatGroup,
  shape: S,
): { readonly path: P; readonly entity: E; readonly group: StatGroup; readonly shape: S } {
  return { path, entity, group, shape }
}

/**
 * The typed parameters that become columns. Everything else that a daemon sends stays in the row's slab, exact and
 * with its type, until somebody asks for it.
 *
 * @see docs/spec/rates.md for what is computed from them.
 */
export const WIRE_FIELDS = [
  field('state.state', 'domain', G.State, 'gauge'),
  field('state.reason', 'domain', G.State, 'gauge'),
  field('cpu.time', 'domain', G.Cpu, 'counter'),
  field('cpu.haltpoll.success.time', 'domain', G.Cpu, 'counter'),
  field('cpu.haltpoll.fail.time', 'domain', G.Cpu, 'counter'),
  field('balloon.current', 'domain', G.Balloon, 'gauge'),
  field('balloon.maximum', 'domain', G.Balloon, 'gauge'),
  field('balloon.rss', 'domain', G.Balloon, 'gauge'),
  field('balloon.last-update', 'domain', G.Balloon, 'gauge'),
  field('balloon.unused', 'domain', G.Balloon, 'gauge'),
  field('balloon.available', 'domain', G.Balloon, 'gauge'),
  field('balloon.usable', 'domain', G.Balloon, 'gauge'),
  field('balloon.disk_caches', 'domain', G.Balloon, 'gauge'),
  field('balloon.swap_in', 'domain', G.Balloon, 'counter'),
  field('balloon.swap_out', 'domain', G.Balloon, 'counter'),
  field('balloon.major_fault', 'domain', G.Balloon, 'counter'),
  field('balloon.minor_fault', 'domain', G.Balloon, 'counter'),
  field('vcpu.current', 'domain', G.Vcpu, 'gauge'),
  field('vcpu.maximum', 'domain', G.Vcpu, 'gauge'),
  field('net.count', 'domain', G.Interface, 'gauge'),
  field('block.count', 'domain', G.Block, 'gauge'),
  field('vcpu.*.state', 'vcpu', G.Vcpu, 'gauge'),
  field('vcpu.*.time', 'vcpu', G.Vcpu, 'counter'),
  field('vcpu.*.delay', 'vcpu', G.Vcpu, 'counter'),
  field('vcpu.*.exits.sum', 'vcpu', G.Vcpu, 'counter'),
  field('net.*.rx.bytes', 'nic', G.Interface, 'counter'),
  field('net.*.rx.pkts', 'nic', G.Interface, 'counter'),
  field('net.*.rx.errs', 'nic', G.Interface, 'counter'),
  field('net.*.rx.drop', 'nic', G.Interface, 'counter'),
  field('net.*.tx.bytes', 'nic', G.Interface, 'counter'),
  field('net.*.tx.pkts', 'nic', G.Interface, 'counter'),
  field('net.*.tx.errs', 'nic', G.Interface, 'counter'),
  field('net.*.tx.drop', 'nic', G.Interface, 'counter'),
  field('block.*.rd.reqs', 'disk', G.Block, 'counter'),
  field('block.*.rd.bytes', 'disk', G.Block, 'counter'),
  field('block.*.rd.times', 'disk', G.Block, 'counter'),
  field('block.*.wr.reqs', 'disk', G.Block, 'counter'),
  field('block.*.wr.bytes', 'disk', G.Block, 'counter'),
  field('block.*.wr.times', 'disk', G.Block, 'counter'),
  field('block.*.fl.reqs', 'disk', G.Block, 'counter'),
  field('block.*.fl.times', 'disk', G.Block, 'counter'),
  // The highest offset written since the process started: 0 for an image full of data, and no measure of its fill.
  field('block.*.allocation', 'disk', G.Block, 'gauge'),
  field('block.*.capacity', 'disk', G.Block, 'gauge'),
  // What the host has allocated for a file; the size of a block device.
  field('block.*.physical', 'disk', G.Block, 'gauge'),
] as const

type Field = (typeof WIRE_FIELDS)[number]
export type WirePath = Field['path']
export type CounterPath<E extends WireEntity> = Extract<Field, { entity: E; shape: 'counter' }>['path']
export type GaugePath<E extends WireEntity> = Extract<Field, { entity: E; shape: 'gauge' }>['path']
