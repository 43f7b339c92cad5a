import { describe, expect, it } from 'vitest'
import { FirstWords } from './first-words.ts'

function words(...chunks: (string | readonly number[])[]): FirstWords {
  const first = new FirstWords()
  for (const chunk of chunks) {
    first.push(typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk))
  }
  return first
}

describe('first words of a stranger', () => {
  it.each([
    ['Welcome to kvm-01\n', '"Welcome to kvm-01"'],
    ['\n\n*****\r\n* kvm *\r\n', '"* kvm *"'],
    ['-----\n', '"-----"'],
    ['\u001b]0;title\u0007\u001b[1;32mHello\u001b[0m there\n', '"Hello there"'],
    ['a\u0007b\u200bc\n', '"a‹0007›b‹200B›c"'],
    ['Grüße aus Köln', '"Grüße aus Köln"'],
    [`${'x'.repeat(500)}\n`, `"${'x'.repeat(120)}…"`],
  ])('of %j are quoted as %s', (text, quotation) => {
    expect(words(text).quotation()).toBe(quotation)
  })

  it('that are no text are told in hex, and nothing is nothing', () => {
    expect(words([0x15, 3, 3, 0, 2, 2, 0x46]).quotation()).toBe('bytes 15 03 03 00 02 02 46')
    expect(words([0, 0, 0, 64], 'text').quotation()).toBe('bytes 00 00 00 40 74 65 78 74')
    expect(words('\n\n').quotation()).toBe('bytes 0a 0a')
    expect(words().quotation()).toBeNull()
  })

  it('are complete with a readable line, with what is no text, or when there is no more room', () => {
    expect(words('\n').complete).toBe(false)
    expect(words('\n==\nWelc').complete).toBe(false)
    expect(words('\n==\nWelc', 'ome\n').complete).toBe(true)
    expect(words([0, 0]).complete).toBe(true)
    expect(words(...Array.from({ length: 20 }, () => 'x'.repeat(100))).complete).toBe(true)
  })

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'a web server'],
    ['<!DOCTYPE html>', 'a web server'],
    ['SSH-2.0-OpenSSH_9.2p1\r\n', 'an ssh server'],
    ['{"QMP": {"version": {}}}\r\n', 'the monitor of a QEMU process'],
    ['RFB 003.008\n', 'a VNC server'],
    ['220 mail ESMTP\r\n', 'a mail or FTP server'],
    ['\u0015\u0003\u0003\0\u0002\u0002F', 'a TLS server'],
    ['hello', null],
  ])('%j tell %s', (text, kind) => {
    expect(words(text).kind()).toBe(kind)
  })
})
