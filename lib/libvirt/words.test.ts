import { expect, test } from 'vitest'
import { reasonWord, stateAfter, stateWord } from './words.ts'

test('names states and reasons as virsh does', () => {
  expect([stateWord(1), reasonWord(1, 1)]).toEqual(['running', 'booted'])
  expect([stateWord(3), reasonWord(3, 5)]).toEqual(['paused', 'I/O error'])
  expect([stateWord(5), reasonWord(5, 6)]).toEqual(['shut off', 'failed'])
})

test('gives numbers for what a later libvirt may add', () => {
  expect([stateWord(9), reasonWord(9, 1), reasonWord(1, 40)]).toEqual(['state 9', 'reason 1', 'reason 40'])
})

test.each([
  ['started after booting', 2, 0, 'running', 'booted'],
  ['started to take in a migration, and waits for it', 2, 1, 'paused', 'migrating'],
  ['resumed after its migration', 4, 1, 'running', 'migrated'],
  ['suspended by the user', 3, 0, 'paused', 'user'],
  ['suspended by an I/O error', 3, 2, 'paused', 'I/O error'],
  ['suspended by an API error', 3, 6, 'paused', 'api error'],
  ['resumed', 4, 0, 'running', 'unpaused'],
  ['destroyed', 5, 1, 'shut off', 'destroyed'],
  ['killed', 5, 5, 'shut off', 'failed'],
  ['panicked', 8, 0, 'crashed', 'panicked'],
  ['stopped for a reason of tomorrow', 5, 99, 'shut off', 'unknown'],
])('a domain that was %s is in the state libvirt reports then', (_what, event, detail, state, reason) => {
  const after = stateAfter(event, detail)
  expect([stateWord(after?.state ?? -1), reasonWord(after?.state ?? -1, after?.reason ?? -1)]).toEqual([state, reason])
})

test('definitions and survived crashes say nothing of the state', () => {
  expect([stateAfter(0, 0), stateAfter(1, 0), stateAfter(8, 1), stateAfter(77, 0)]).toEqual([null, null, null, null])
})

test('words are few, whatever numbers a daemon sends: dictionaries never shrink', () => {
  const words = new Set<string>()
  for (const value of [-1, 0.5, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY]) {
    words.add(stateWord(value)).add(reasonWord(1, value))
  }
  for (let value = 0; value < 100_000; value++) words.add(stateWord(value)).add(reasonWord(value, value))
  expect(words.size).toBeLessThan(1000)
})
