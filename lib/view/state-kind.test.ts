import { describe, expect, it } from 'vitest'
import { STATE_WORDS } from '../libvirt/words.ts'
import { stateKind } from './state-kind.ts'

describe('the kind of a state', () => {
  it('is known for every word that the server says, except for no state at all', () => {
    const kinds = STATE_WORDS.map((word) => [word, stateKind(word)])
    expect(Object.fromEntries(kinds)).toEqual({
      'no state': 'unknown',
      running: 'running',
      idle: 'running',
      paused: 'paused',
      'in shutdown': 'running',
      'shut off': 'off',
      crashed: 'crashed',
      pmsuspended: 'paused',
    })
  })

  it('is unknown for a word that nobody has heard of', () => {
    expect(stateKind('state 9')).toBe('unknown')
    expect(stateKind('constructor')).toBe('unknown')
  })
})
