import { readFileSync } from 'node:fs'

/** One recorded message: `d` is `c` (client to daemon) or `s`, `t` milliseconds since the start. */
export interface Recorded {
  readonly from: 'client' | 'daemon'
  readonly at: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

export const CAPTURES = ['qemu-lifecycle', 'test-driver', 'newer-11.3', 'newer-12.8'] as const

/** Messages of a recording, in order. */
export function readCapture(name: (typeof CAPTURES)[number]): Recorded[] {
  const text = readFileSync(new URL(`../fixtures/${name}.jsonl`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { d: 'c' | 's'; t: number; hex: string })
    .map(({ d, t, hex }) => ({ from: d === 'c' ? 'client' : 'daemon', at: t, bytes: bytesOf(hex) }))
}

/** Bytes from hex digits, blanks allowed, in a buffer of their own. */
export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
