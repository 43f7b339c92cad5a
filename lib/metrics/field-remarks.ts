/** By field path: what a name of libvirt's suggests and does not mean. */
const REMARKS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'block.*.allocation':
      'Highest offset written since the process of the domain started; no measure of how full the image is.',
    'block.*.physical': 'What the host has allocated for a file while the domain runs; of a block device its size.',
    'vcpu.*.wait': 'Time that the vCPU thread waited for anything but a CPU; no I/O wait, and 0 on current kernels.',
    'vcpu.*.delay': 'Time that the vCPU thread was ready to run and had no CPU: steal.',
    'balloon.rss': 'Resident memory of the process; huge pages are not in it.',
    'block.*.rd.times':
      'Time of all finished reads together, in ns; waiting on the limits of the disk itself is in it.',
    'block.*.wr.times':
      'Time of all finished writes together, in ns; waiting on the limits of the disk itself is in it.',
  }),
)
const ORDINAL = /(?<=\.)\d+(?=\.)/

/** What must be said beside the value of a typed parameter, by its name as libvirt sends it; null for most. */
export function fieldRemark(name: string): string | null {
  return REMARKS.get(name.replace(ORDINAL, '*')) ?? null
}
