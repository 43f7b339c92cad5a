import { type StatsSink, walkDomainStats } from '../../lib/libvirt/domain-stats.ts'
import { decodeUtf8 } from '../../lib/xdr/utf8.ts'

/** What a monitor reply has and lacks, counted in domains. */
export interface StatsSurvey {
  readonly domains: number
  readonly vcpus: number
  /** The guest tells its memory: balloon driver and stats period. */
  readonly guestMemory: number
  /** A balloon driver that was never read: no stats period. */
  readonly silentBalloon: number
  /** Some vCPU reports how long it waited for a host CPU. */
  readonly delay: number
  /** KVM's counters per vCPU. */
  readonly kvmCounters: number
  /** No figure of QEMU at all: busy, or hanging. */
  readonly withoutMonitor: number
}

const DELAY = /^vcpu\.\d+\.delay$/
const VCPU_TIME = /^vcpu\.\d+\.time$/

/** Walks a reply of the groups CPU_TOTAL, BALLOON, VCPU and BLOCK. Throws the decode errors of the walker. */
export function surveyStats(body: Uint8Array): StatsSurvey {
  const sink = new SurveySink(body)
  walkDomainStats(body, sink)
  return sink.survey
}

class SurveySink implements StatsSink {
  readonly survey = {
    domains: 0,
    vcpus: 0,
    guestMemory: 0,
    silentBalloon: 0,
    delay: 0,
    kvmCounters: 0,
    withoutMonitor: 0,
  }
  readonly #body: Uint8Array
  #names = new Set<string>()
  #neverRead = false

  constructor(body: Uint8Array) {
    this.#body = body
  }

  begin(): void {}

  record(): void {
    this.#names = new Set()
    this.#neverRead = false
  }

  word(nameStart: number, nameEnd: number): void {
    this.#note(nameStart, nameEnd)
  }

  long(nameStart: number, nameEnd: number, _type: number, hi: number, lo: number): void {
    const name = this.#note(nameStart, nameEnd)
    if (name === 'balloon.last-update') this.#neverRead = hi === 0 && lo === 0
  }

  double(nameStart: number, nameEnd: number): void {
    this.#note(nameStart, nameEnd)
  }

  text(nameStart: number, nameEnd: number): void {
    this.#note(nameStart, nameEnd)
  }

  recordEnd(): void {
    const names = [...this.#names]
    const { survey } = this
    survey.domains++
    survey.vcpus += names.filter((name) => VCPU_TIME.test(name)).length
    if (this.#names.has('balloon.available')) survey.guestMemory++
    else if (this.#neverRead) survey.silentBalloon++
    if (names.some((name) => DELAY.test(name))) survey.delay++
    if (this.#names.has('vcpu.0.exits.sum')) survey.kvmCounters++
    if (!this.#names.has('balloon.rss')) survey.withoutMonitor++
  }

  #note(start: number, end: number): string {
    const name = decodeUtf8(this.#body, start, end)
    this.#names.add(name)
    return name
  }
}

/** What the survey says is not there, in words, with what to do about it. */
export function missingFigures({
  domains,
  vcpus,
  guestMemory,
  silentBalloon,
  delay,
  withoutMonitor,
}: StatsSurvey): string[] {
  const missing: string[] = []
  const of = (count: number) => `${count} of ${domains} active domains`
  if (domains === 0) return missing
  if (silentBalloon > 0) {
    missing.push(
      `guest memory of ${of(silentBalloon)}: they have a balloon device and no stats period; add <stats period='10'/> to <memballoon>, or run: virsh dommemstat NAME --period 10 --live --config`,
    )
  }
  const noBalloon = domains - guestMemory - silentBalloon - withoutMonitor
  if (noBalloon > 0) missing.push(`guest memory of ${of(noBalloon)}: no balloon driver answers in the guest`)
  if (vcpus > 0 && delay === 0)
    missing.push('steal: no vCPU reports vcpu.N.delay; the kernel there lacks scheduler statistics')
  if (withoutMonitor > 0)
    missing.push(`figures of QEMU for ${of(withoutMonitor)}: busy with a job, or hanging, or another driver`)
  return missing
}
