import { describe, expect, it } from 'vitest'
import { Dictionary } from './dictionary.ts'

describe('Dictionary', () => {
  it('gives a word one code for good, with the commit that brought it', () => {
    const dictionary = new Dictionary()
    expect([dictionary.codeOf('running', 1), dictionary.codeOf('paused', 2), dictionary.codeOf('running', 9)]).toEqual([
      0, 1, 0,
    ])
    expect([dictionary.words, dictionary.addedAt]).toEqual([
      ['running', 'paused'],
      [1, 2],
    ])
  })

  it('reads words by code, and null for a code that nobody has given', () => {
    const dictionary = new Dictionary()
    dictionary.codeOf('', 1)
    expect([dictionary.word(0), dictionary.word(1), dictionary.word(0xffff)]).toEqual(['', null, null])
  })

  it('follows another dictionary, also when words come out of order', () => {
    const dictionary = new Dictionary()
    dictionary.put(1, 'b', 5)
    dictionary.put(0, 'a', 6)
    expect([dictionary.word(0), dictionary.word(1), dictionary.codeOf('b', 7)]).toEqual(['a', 'b', 1])
  })

  it('keeps words apart from the names that every object has', () => {
    const dictionary = new Dictionary()
    expect([dictionary.codeOf('constructor', 1), dictionary.codeOf('__proto__', 1)]).toEqual([0, 1])
    expect(dictionary.word(1)).toBe('__proto__')
  })

  it('starts anew when it is cleared', () => {
    const dictionary = new Dictionary()
    dictionary.codeOf('a', 1)
    dictionary.clear()
    expect([dictionary.word(0), dictionary.codeOf('b', 2), dictionary.addedAt]).toEqual([null, 0, [2]])
  })
})
