/** Repeatable random numbers: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Words that lengths, counts, tags and ids break at. */
const NASTY_WORDS = [
  0, 1, 2, 3, 4, 5, 7, 8, 16, 79, 80, 1024, 1025, 4096, 16_384, 16_385, 262_144, 262_145, 4_194_304, 4_194_305,
  0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff,
]

type Mutation = (bytes: Uint8Array, pick: (below: number) => number) => Uint8Array

const mutations: readonly Mutation[] = [
  function setWord(bytes, pick) {
    new DataView(bytes.buffer).setUint32(pick(bytes.length / 4) * 4, NASTY_WORDS[pick(NASTY_WORDS.length)] as number)
    return bytes
  },
  function nudgeWord(bytes, pick) {
    const view = new DataView(bytes.buffer)
    const at = pick(bytes.length / 4) * 4
    view.setUint32(at, (view.getUint32(at) + pick(9) - 4) >>> 0)
    return bytes
  },
  function flipBit(bytes, pick) {
    const at = pick(bytes.length)
    bytes[at] = (bytes[at] as number) ^ (1 << pick(8))
    return bytes
  },
  function swapWords(bytes, pick) {
    const a = pick(bytes.length / 4) * 4
    const word = bytes.slice(a, a + 4)
    const b = pick(bytes.length / 4) * 4
    bytes.copyWithin(a, b, b + 4)
    bytes.set(word, b)
    return bytes
  },
  function dropWords(bytes, pick) {
    const from = pick(bytes.length / 4) * 4
    const to = Math.min(bytes.length, from + (1 + pick(8)) * 4)
    return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(to)])
  },
  function repeatWords(bytes, pick) {
    const from = pick(bytes.length / 4) * 4
    const part = bytes.subarray(from, from + (1 + pick(8)) * 4)
    return Uint8Array.from([...bytes.subarray(0, from), ...part, ...bytes.subarray(from)])
  },
]

/** A damaged copy of XDR bytes: one to three changes at the places that matter, one in eight also cut short. */
export function mutate(original: Uint8Array, random: () => number): Uint8Array {
  const pick = (below: number) => Math.floor(random() * Math.max(1, below))
  let bytes: Uint8Array = original.slice()
  for (let left = 1 + pick(3); left > 0 && bytes.length >= 4; left--) {
    bytes = (mutations[pick(mutations.length)] as Mutation)(bytes, pick)
  }
  return pick(8) === 0 ? bytes.slice(0, pick(bytes.length)) : bytes
}
