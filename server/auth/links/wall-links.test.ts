import { describe, expect, it } from 'vitest'
import { silentLog } from '../../log.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import type { Access } from '../access.ts'
import { SessionStore } from '../session-store.ts'
import { limitScreens } from './limit-screens.ts'
import type { KeptLink } from './link-file.ts'
import { WallLinks } from './wall-links.ts'

const DAY = 86_400_000
const NOBODY: Access = { user: '', role: 'viewer', scope: [], session: null }
const FROM = { address: '192.0.2.7', agent: 'kiosk' }
const SCOPE = [{ hosts: ['kvm-*'], labels: [], projects: [], names: [] }]

function world(kept: readonly KeptLink[] = []) {
  const clock = new ManualClock()
  let next = 0
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(++next)
  const sessions = new SessionStore(clock, random)
  const written: (readonly KeptLink[])[] = []
  const disk = { isFull: false }
  const keeper = {
    read: () => kept,
    write(links: readonly KeptLink[]) {
      if (disk.isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      written.push(links)
    },
  }
  const links = new WallLinks({ clock, random, sessions, keeper, log: silentLog })
  const make = (days = 90) => links.make({ name: 'Hall', view: 'panels=totals', scope: SCOPE, creator: 'anna', days })!
  return { clock, sessions, links, written, disk, make }
}

describe('wall links [A-4]', () => {
  it('let a screen in as viewer of their scope, as often as it comes, for as long as they live', () => {
    const { clock, sessions, links, make } = world()
    const { link, secret } = make(30)
    for (let time = 0; time < 3; time++) {
      const entrance = links.enter(link.id, secret, NOBODY, FROM)
      expect(entrance).toMatchObject({
        ok: true,
        link: { view: 'panels=totals', address: '192.0.2.7', screens: time + 1 },
      })
      if (!entrance.ok) continue
      expect(sessions.find(entrance.opened!.secret)).toMatchObject({ role: 'viewer', scope: SCOPE })
      expect(entrance.opened!.lifeMs).toBe(30 * DAY)
    }
    const [{ session } = { session: '' }] = sessions.list()
    clock.advance(30 * DAY - 1000)
    expect(sessions.touch(session)).not.toBe(null)
    clock.advance(1000)
    expect(sessions.touch(session)).toBe(null)
    expect(links.enter(link.id, secret, NOBODY, FROM)).toMatchObject({ ok: false, problem: { code: 'LINK_EXPIRED' } })
  })

  it('keep nothing that lets anybody in', () => {
    const { links, written, make } = world()
    const { link, secret } = make()
    links.enter(link.id, secret, NOBODY, FROM)
    links.close()
    expect(JSON.stringify(written)).not.toContain(secret)
    expect(JSON.stringify(links.list())).not.toMatch(/digest/)
    expect(written.at(-1)?.[0]).toMatchObject({ id: link.id, seenAt: expect.any(Number), address: '192.0.2.7' })
  })

  it('are refused alike when they are unknown and when the secret is wrong', () => {
    const { links, make } = world()
    const { link, secret } = make()
    const wrong = links.enter(link.id, 'x'.repeat(43), NOBODY, FROM)
    expect(wrong).toEqual(links.enter('nothing', secret, NOBODY, FROM))
    expect(wrong).toMatchObject({ ok: false, problem: { status: 401, code: 'LINK_UNKNOWN' } })
  })

  it('end every screen at once when they are revoked', () => {
    const { sessions, links, make } = world()
    const [one, other] = [make(), make()]
    for (const { link, secret } of [one, one, other]) links.enter(link.id, secret, NOBODY, FROM)
    const ended: string[] = []
    sessions.onEnded(({ user }, why) => ended.push(`${user} ${why}`))
    expect(links.revoke(one.link.id)).toBe(true)
    expect(ended).toEqual([`link:${one.link.id} revoked`, `link:${one.link.id} revoked`])
    expect(links.enter(one.link.id, one.secret, NOBODY, FROM)).toMatchObject({
      ok: false,
      problem: { status: 410, code: 'LINK_REVOKED', message: 'This link was revoked.' },
    })
    expect(links.enter(other.link.id, other.secret, NOBODY, FROM).ok).toBe(true)
    expect([links.revoke(one.link.id), links.extend(one.link.id, 10)]).toEqual([false, null])
  })

  it('live longer when they are extended, also after they ran out', () => {
    const { clock, links, make } = world()
    const { link, secret } = make(1)
    clock.advance(2 * DAY)
    expect(links.enter(link.id, secret, NOBODY, FROM).ok).toBe(false)
    expect(links.extend(link.id, 10)?.expiresAt).toBe(clock.wall() + 10 * DAY)
    expect(links.enter(link.id, secret, NOBODY, FROM).ok).toBe(true)
  })

  it('open no second session for a browser that shows one of theirs', () => {
    const { sessions, links, make } = world()
    const { link, secret } = make()
    const first = links.enter(link.id, secret, NOBODY, FROM)
    const access = first.ok ? sessions.find(first.opened!.secret)! : NOBODY
    expect(links.enter(link.id, secret, access, FROM)).toMatchObject({ ok: true, opened: null })
    expect(sessions.size).toBe(1)
  })

  it('outlive the server, and are told from unknown ones for 30 days after their end', () => {
    const before = world()
    const { link, secret } = before.make(10)
    const kept = before.written.at(-1)!
    expect(world(kept).links.enter(link.id, secret, NOBODY, FROM).ok).toBe(true)
    const long = [{ ...kept[0]!, expiresAt: before.clock.wall() - 31 * DAY }]
    expect(world(long).links.list()).toEqual([])
  })

  it('are not made where they cannot be kept, but end all the same', () => {
    const { sessions, links, disk, make } = world()
    const { link, secret } = make()
    links.enter(link.id, secret, NOBODY, FROM)
    disk.isFull = true
    expect(() => make()).toThrow('no space')
    expect(links.list()).toHaveLength(1)
    expect(() => links.revoke(link.id)).toThrow('no space')
    expect(sessions.size).toBe(0)
    // When it was seen is lost with the disk, the server is not.
    links.close()
  })

  it('are for five streams at most', () => {
    const { sessions, links, make } = world()
    const { link, secret } = make()
    const entrance = links.enter(link.id, secret, NOBODY, FROM)
    const access = entrance.ok ? sessions.find(entrance.opened!.secret)! : NOBODY
    let streams = 4
    const limited = limitScreens({ authenticate: () => ({ ok: true, access }) }, links, (session) =>
      session === access.session ? streams : 0,
    )
    const request = { rawHeaders: [], peer: '' }
    expect(limited.authenticate(request, 'stream').ok).toBe(true)
    streams = 5
    expect(limited.authenticate(request, 'stream')).toMatchObject({ ok: false, problem: { code: 'LINK_FULL' } })
    expect(limited.authenticate(request, 'read').ok).toBe(true)
  })
})
