import { encodeUtf8 } from '../../../lib/xdr/utf8.ts'

/** Bytes of the longest name: far above what a screen or a browser's copy holds, below what the protocol allows. */
export const HUGE_NAME_BYTES = 1_048_576

const utf8 = encodeUtf8
const bytes = (text: string, ...rest: readonly number[]) => Uint8Array.from([...utf8(text), ...rest])

/**
 * Names that libvirt's XML cannot carry and its protocol can, as they stand on the wire: NUL, control characters, bytes
 * that are no UTF-8, twins that differ only in such bytes, nothing at all, a megabyte.
 */
export const HOSTILE_NAME_BYTES: readonly Uint8Array[] = [
  utf8('nul\u0000inside'),
  utf8('\u0000'),
  utf8('\u0000=1+1'),
  utf8('\r\n@SUM(A1)'),
  utf8('bell\u0007 escape\u001b[31m red\u001b]0;title\u0007'),
  utf8('<img src=x\u0000 onerror=alert(1)>\n<script\u0000>alert(1)</script>'),
  utf8('delete\u007f next-line\u0085 c1\u009b31m'),
  utf8(`turned ${'\u202e'.repeat(1000)}`),
  utf8(`stacked z${'\u0301'.repeat(50_000)}`),
  utf8('9'.repeat(100_000)),
  utf8('lone "quote, and comma\nand line'),
  bytes('byte-order ', 0xff, 0xfe),
  bytes('cut ', 0xe2, 0x82),
  bytes('overlong ', 0xc0, 0x80, 0xe0, 0x80, 0xaf),
  bytes('surrogates ', 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80),
  bytes('beyond ', 0xf5, 0x80, 0x80, 0x80),
  bytes('twin-', 0xff),
  bytes('twin-', 0xfe),
  new Uint8Array(0),
  new Uint8Array(262_144).fill(0x80),
  utf8(`huge-${'x'.repeat(HUGE_NAME_BYTES - 5)}`),
]
