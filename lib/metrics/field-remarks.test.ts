import { expect, test } from 'vitest'
import { fieldRemark } from './field-remarks.ts'

test('a name that suggests something else has a remark, whichever disk or vCPU it is of', () => {
  expect(fieldRemark('block.0.allocation')).toContain('no measure of how full')
  expect(fieldRemark('block.12.allocation')).toBe(fieldRemark('block.0.allocation'))
  expect(fieldRemark('vcpu.255.wait')).toContain('no I/O wait')
  expect(fieldRemark('balloon.rss')).toContain('huge pages')
})

test('other names have none, and no name is looked up outside the list', () => {
  for (const name of ['block.0.capacity', 'cpu.time', 'constructor', 'toString', ''])
    expect(fieldRemark(name)).toBeNull()
})
