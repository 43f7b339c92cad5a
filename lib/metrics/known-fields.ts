/** Field paths of the polled groups that are known and not columns: they are shown as they come. */
const SHOWN_AS_THEY_COME = new Set([
  'cpu.user',
  'cpu.system',
  'cpu.cache.monitor.count',
  'cpu.energy.monitor.count',
  'balloon.hugetlb_pgalloc',
  'balloon.hugetlb_pgfail',
  'vcpu.*.wait',
  'vcpu.*.halted',
  'net.*.name',
  'block.*.name',
  'block.*.path',
  'block.*.backingIndex',
  'block.*.threshold',
  'block.*.errors',
])
/** Families whose members a hypervisor may name as it likes. */
const FAMILIES = [
  /^vcpu\.\*\..+\.(sum|cur|max)$/,
  /^cpu\.(cache|energy)\.monitor\./,
  /^block\.\*\.(limits|timed_group|latency_histogram)\./,
]

/** Whether a field path without a column is one that libvirt documents; others are counted for the hosts page. */
export function isDocumentedField(path: string): boolean {
  return SHOWN_AS_THEY_COME.has(path) || FAMILIES.some((family) => family.test(path))
}
