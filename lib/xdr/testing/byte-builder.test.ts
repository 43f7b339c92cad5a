import { expect, test } from 'vitest'
import { ByteBuilder, bytesOfHex } from './byte-builder.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('writes numbers big-endian, negative ones as two’s complement', () => {
  expect(hex(new ByteBuilder().u32(0x2000_8086).i32(-1).build())).toBe('20008086ffffffff')
  expect(hex(new ByteBuilder().u64(0x0102_0304_0506_0708n).i64(-2n).build())).toBe('0102030405060708fffffffffffffffe')
  expect(hex(new ByteBuilder().f64(1).build())).toBe('3ff0000000000000')
})

test('pads opaque bytes and strings to four with zeros', () => {
  expect(hex(new ByteBuilder().string('abcde').build())).toBe('0000000561626364650000' + '00')
  expect(hex(new ByteBuilder().fixed([1, 2, 3, 4]).opaque([]).build())).toBe('0102030400000000')
})

test('writes optional values and lists with their flag or count', () => {
  const bytes = new ByteBuilder()
    .optional(null)
    .optional((b) => b.u32(7))
    .list([1, 2], (b, item) => b.u32(item))
  expect(hex(bytes.build())).toBe('00000000' + '0000000100000007' + '000000020000000100000002')
})

test('frames a message with a length word that counts itself', () => {
  expect(hex(new ByteBuilder().u32(1).buildMessage())).toBe('0000000800000001')
})

test('refuses digits that are not hexadecimal', () => {
  expect([...bytesOfHex('0a ff')]).toEqual([10, 255])
  expect(() => bytesOfHex('0g')).toThrow('not hexadecimal')
  expect(() => bytesOfHex('abc')).toThrow('not hexadecimal')
})
