import { describe, expect, it } from 'vitest'
import type { WallHealth } from './reload-plan.ts'
import { ReloadPlan } from './reload-plan.ts'

const HOUR = 3_600_000
const START = 5000

const well: WallHealth = { now: START, hour: 12, buildChanged: false, lastFrameAt: START, errors: 0, isQuiet: true }
const at = (now: number, more: Partial<WallHealth> = {}): WallHealth => ({ ...well, now, lastFrameAt: now, ...more })

describe('reload of a wall [R-12]', () => {
  it('waits while all is well', () => {
    const plan = new ReloadPlan(START, () => 0)
    for (let second = 0; second < 3600; second++) expect(plan.step(at(START + second * 1000))).toBe('wait')
  })

  it('comes for a new build after its own share of a minute, once the server has answered', () => {
    const plan = new ReloadPlan(START, () => 0.5)
    expect(plan.step(at(10_000, { buildChanged: true }))).toBe('wait')
    expect(plan.step(at(39_999, { buildChanged: true }))).toBe('wait')
    expect(plan.step(at(40_000, { buildChanged: true }))).toBe('probe')
    expect(plan.step(at(41_000, { buildChanged: true }))).toBe('wait')
    plan.answered(41_500)
    expect(plan.step(at(42_000, { buildChanged: true }))).toBe('reload')
    expect(plan.reason).toBe('build')
  })

  it('asks again when the answer is older than a second, and when none comes', () => {
    const plan = new ReloadPlan(START, () => 0)
    const changed = { buildChanged: true }
    expect(plan.step(at(10_000, changed))).toBe('probe')
    expect(plan.step(at(19_999, changed))).toBe('wait')
    expect(plan.step(at(20_000, changed))).toBe('probe')
    plan.answered(20_100)
    expect(plan.step(at(21_200, changed))).toBe('probe')
  })

  it('waits for a quiet second', () => {
    const plan = new ReloadPlan(START, () => 0)
    expect(plan.step(at(10_000, { buildChanged: true, isQuiet: false }))).toBe('wait')
    plan.answered(10_500)
    expect(plan.step(at(11_000, { buildChanged: true, isQuiet: false }))).toBe('wait')
    expect(plan.step(at(11_500, { buildChanged: true }))).toBe('reload')
  })

  it('comes once a night, and not again soon after', () => {
    const plan = new ReloadPlan(START, () => 0)
    expect(plan.step(at(START + HOUR, { hour: 4 }))).toBe('wait')
    expect(plan.step(at(START + 20 * HOUR, { hour: 3 }))).toBe('wait')
    expect(plan.step(at(START + 21 * HOUR, { hour: 4 }))).toBe('probe')
    expect(plan.reason).toBe('night')
    // The page that is loaded then is young.
    const next = new ReloadPlan(START + 21 * HOUR, () => 0)
    for (let minute = 0; minute < 60; minute++)
      expect(next.step(at(START + 21 * HOUR + minute * 60_000, { hour: 4 }))).toBe('wait')
  })

  it('comes a little later where a changed clock skipped the night', () => {
    const plan = new ReloadPlan(START, () => 0)
    expect(plan.step(at(START + 25 * HOUR, { hour: 9 }))).toBe('wait')
    expect(plan.step(at(START + 26 * HOUR, { hour: 9 }))).toBe('probe')
  })

  it('tries a fresh page after ten minutes without data, and forgets it when they come back', () => {
    const plan = new ReloadPlan(START, () => 0)
    const lost = (now: number) => plan.step(at(now, { lastFrameAt: START, isQuiet: false }))
    expect(lost(START + 599_000)).toBe('wait')
    expect(lost(START + 600_000)).toBe('probe')
    expect(plan.step(at(START + 601_000))).toBe('wait')
    expect(plan.reason).toBe(null)
  })

  it('never comes while the server does not answer', () => {
    const plan = new ReloadPlan(START, () => 0)
    const steps = new Set<string>()
    for (let second = 0; second < 7200; second++)
      steps.add(plan.step(at(START + second * 1000, { lastFrameAt: START, buildChanged: true, isQuiet: false })))
    expect([...steps]).toEqual(['wait', 'probe'])
  })

  it('comes for a page that fails again and again', () => {
    const plan = new ReloadPlan(START, () => 0)
    expect(plan.step(at(10_000, { errors: 19 }))).toBe('wait')
    expect(plan.step(at(11_000, { errors: 20 }))).toBe('probe')
  })
})
