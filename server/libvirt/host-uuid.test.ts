import { describe, expect, test } from 'vitest'
import { hostUuidOf } from './host-uuid.ts'

const UUID = '4c4c4544-0042-3510-8052-b4c04f564d32'

describe('the UUID of a machine in its capabilities', () => {
  test('is that of the host element, in lower case', () => {
    const xml = `<capabilities>\n\n  <host>\n    <uuid>${UUID.toUpperCase()}</uuid>\n    <cpu/>\n  </host>\n</capabilities>`
    expect(hostUuidOf(xml)).toBe(UUID)
  })

  test.each([
    ['a driver without one', '<capabilities><host><cpu/></host></capabilities>'],
    ['another element’s', `<capabilities><guest><uuid>${UUID}</uuid></guest></capabilities>`],
    ['a short one', '<capabilities><host><uuid>4c4c4544</uuid></host></capabilities>'],
    ['one far down', `<capabilities>${' '.repeat(5000)}<host><uuid>${UUID}</uuid></host></capabilities>`],
    ['nothing', ''],
  ])('is unknown for %s', (_what, xml) => {
    expect(hostUuidOf(xml)).toBeNull()
  })
})
