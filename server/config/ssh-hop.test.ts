import { describe, expect, it } from 'vitest'
import { nodeWarning } from './node-release.ts'
import { forwardCommand, readSshHop } from './ssh-hop.ts'

describe('the way back through ssh', () => {
  const listen = { host: '127.0.0.1', port: 8080 }

  it.each([
    ['10.0.0.1 51000 10.0.0.2 22', 'op', 'ssh -L 8080:127.0.0.1:8080 op@10.0.0.2'],
    ['10.0.0.1 51000 10.0.0.2 2222', 'op', 'ssh -L 8080:127.0.0.1:8080 -p 2222 op@10.0.0.2'],
    ['fe80::1 51000 2001:db8::2 22', '', 'ssh -L 8080:127.0.0.1:8080 2001:db8::2'],
  ])('%s as %j', (variable, user, command) => {
    expect(forwardCommand(readSshHop(variable, user)!, listen)).toBe(command)
  })

  it('puts an IPv6 listener in brackets', () => {
    const hop = readSshHop('10.0.0.1 51000 10.0.0.2 22', 'op')!
    expect(forwardCommand(hop, { host: '::1', port: 9 })).toBe('ssh -L 9:[::1]:9 op@10.0.0.2')
  })

  it.each([null, '', 'x', '1 2 3 4', '10.0.0.1 1 10.0.0.2 x', '10.0.0.1 1 $(reboot) 22'])(
    'is unknown for %j',
    (text) => {
      expect(readSshHop(text, 'op')).toBeNull()
    },
  )
})

describe('nodeWarning', () => {
  const on = (day: string) => Date.parse(day)

  it('warns of a release line that has ended', () => {
    expect(nodeWarning('v20.20.2', on('2026-11-22'))).toContain('2026-04-30')
    expect(nodeWarning('v16.20.0', on('2026-11-22'))).toContain('no security fixes')
    expect(nodeWarning('v23.1.0', on('2026-11-22'))).toContain('no security fixes')
  })

  it('says nothing of one that is kept, or that it does not know yet', () => {
    expect(nodeWarning('v20.20.2', on('2026-04-01'))).toBeNull()
    expect(nodeWarning('v24.21.0', on('2026-11-22'))).toBeNull()
    expect(nodeWarning('v40.0.0', on('2030-01-01'))).toBeNull()
  })
})
