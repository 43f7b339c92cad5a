import { expect, test } from 'vitest'
import { readDomainFacts } from './domain-facts.ts'
import { ownLimits } from './own-limits.ts'

const limitsOf = (cputune: string, disks = '') =>
  ownLimits(readDomainFacts(`<domain><cputune>${cputune}</cputune><devices>${disks}</devices></domain>`))
const disk = (target: string, iotune: string) => `<disk><target dev="${target}"/><iotune>${iotune}</iotune></disk>`

test('quotas become CPUs: of each vCPU, and of the process; the default period is 100 ms [RA61]', () => {
  expect(limitsOf('<period>50000</period><quota>15000</quota>')).toMatchObject({ vcpuCores: 0.3, processCores: 0 })
  expect(limitsOf('<global_quota>150000</global_quota>')).toMatchObject({ vcpuCores: 0, processCores: 1.5 })
})

test.each(['0', '-1', '17592186044415', '18446744073709551', 'x', ''])(
  'a quota of "%s" is no limit [RA61]',
  (quota) => {
    expect(limitsOf(`<quota>${quota}</quota>`).vcpuCores).toBe(0)
  },
)

test('disks of one group share a cap, others have their own, and those without a limit none [RA62]', () => {
  const group = '<total_iops_sec>500</total_iops_sec><group_name>g</group_name>'
  const own = '<read_bytes_sec>1000000</read_bytes_sec><write_iops_sec>0</write_iops_sec>'
  const disks =
    disk('vda', group) + disk('vdb', own) + disk('vdc', group) + disk('vdd', '<total_bytes_sec>0</total_bytes_sec>')
  expect(limitsOf('', disks).disks).toEqual([
    { disks: ['vda', 'vdc'], limits: [0, 0, 0, 500, 0, 0] },
    { disks: ['vdb'], limits: [0, 1_000_000, 0, 0, 0, 0] },
  ])
})
