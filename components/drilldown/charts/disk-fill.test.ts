import { describe, expect, it } from 'vitest'
import { diskFillTexts } from './disk-fill.ts'

const GIB = 1024 ** 3

describe('how full a disk is, in words', () => {
  it('is what the host gave of what the guest sees, also beyond it', () => {
    const texts = diskFillTexts([
      { disk: 'vda', usedBytes: 10 * GIB, capacityBytes: 40 * GIB, note: null },
      { disk: 'vdb', usedBytes: 21 * GIB, capacityBytes: 20 * GIB, note: null },
    ])
    expect(texts.get('vda')).toBe('fill 10.0 GiB of 40.0 GiB (25.0 %)')
    expect(texts.get('vdb')).toBe('fill 21.0 GiB of 20.0 GiB (105 %)')
  })

  it('says why it is not known, and what else it may mean', () => {
    const texts = diskFillTexts([
      { disk: 'vda', usedBytes: null, capacityBytes: 40 * GIB, note: 'only the size' },
      { disk: 'vdb', usedBytes: 20 * GIB, capacityBytes: 20 * GIB, note: 'or still empty' },
    ])
    expect(texts.get('vda')).toBe('40.0 GiB, fill not known (only the size)')
    expect(texts.get('vdb')).toBe('fill 20.0 GiB of 20.0 GiB (100 %, or still empty)')
  })
})
