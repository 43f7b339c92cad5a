import { describe, expect, it } from 'vitest'
import { readCommand } from '../config.ts'
import { config, connect, failure, type Given, sources } from '../testing/config-sources.ts'
import { oneLine } from './config-error.ts'

const withLinks = (links: unknown): Given => ({
  argv: [...connect('qemu:///system'), '--config', '/c.json'],
  files: { '/c.json': JSON.stringify({ links }) },
})
const one = (url: unknown, label: unknown = 'Grafana') => withLinks([{ label, url }])

describe('links to other tools in the config file', () => {
  it('are taken as they are, and printed with the settings in force', () => {
    const links = [
      { label: 'Grafana', url: 'https://grafana.example.org/d/vm?var-host={host}&var-uuid={uuid}#{name}' },
      { label: 'Cockpit', url: 'https://{host}:9090/machines' },
    ]
    expect(config(withLinks(links)).links).toEqual(links)
    const command = readCommand(sources({ ...withLinks(links), argv: [...withLinks(links).argv!, '--print-config'] }))
    expect(JSON.parse(command.kind === 'print' ? command.text : '')).toMatchObject({ links })
  })

  it('are none by default', () => {
    expect(config({ argv: connect('qemu:///system') }).links).toEqual([])
  })

  it.each<[string, Given, string]>([
    ['no list', withLinks({}), '/c.json: links: this must be a list'],
    ['too many', withLinks(Array.from({ length: 13 }, () => ({}))), '/c.json: links: there are at most 12 links'],
    ['a bare text', withLinks(['https://a/']), '/c.json: links[0]: this must be an object'],
    ['another key', withLinks([{ label: 'a', url: 'https://a/', href: '' }]), '/c.json: links[0]: href: there is no'],
    ['no label', one('https://a/', ''), '/c.json: links[0].label: this must be text of 1 to 32 characters'],
    ['a label that turns text round', one('https://a/', 'a\u202eb'), '/c.json: links[0].label: this must be text'],
    ['a label of many lines', one('https://a/', 'a\nb'), '/c.json: links[0].label: this must be text'],
    [
      'a label twice',
      withLinks([
        { label: 'a', url: 'https://a/' },
        { label: 'a', url: 'https://b/' },
      ]),
      '/c.json: links[1].label: "a" is there twice',
    ],
    ['no address', one(undefined), '/c.json: links[0].url: a link needs an address'],
    ['a long address', one(`https://a/${'x'.repeat(2000)}`), '/c.json: links[0].url: this is longer than 2000'],
    ['a script', one('javascript:alert(1)//{name}'), '/c.json: links[0].url: a link begins with http:// or https://'],
    ['a script behind a blank', one(' javascript:alert(1)'), '/c.json: links[0].url: an address has no blanks'],
    ['a script behind a tab', one('java\tscript://a/'), '/c.json: links[0].url: an address has no blanks'],
    ['data', one('data:text/html,{name}'), 'a link begins with http:// or https://'],
    ['a file', one('file:///etc/{name}'), 'a link begins with http:// or https://'],
    ['no scheme', one('//grafana/{uuid}'), 'a link begins with http:// or https://'],
    ['a scheme that a value would make', one('{name}://a/'), 'a link begins with http:// or https://'],
    ['an unknown placeholder', one('https://a/{project}'), '"{project}" is no placeholder. There is {host}, {uuid}'],
    ['another case', one('https://a/{UUID}'), '"{UUID}" is no placeholder'],
    ['an open brace', one('https://a/{uuid'), '"{uuid" is no placeholder'],
    ['a closing brace', one('https://a/uuid}'), '"}" is no placeholder'],
    ['a login', one('https://ops:secret@a/{uuid}'), 'an address with user name or password would tell it'],
    ['a server that guests choose', one('https://{name}/'), '{name} stands in the name of the server'],
    ['no server', one('https:///d/{uuid}'), 'a link names its server'],
    ['a bad port', one('https://a:99999/'), '"https://a:99999/" is no address'],
  ])('refuses %s', (_, given, message) => {
    const error = failure(given)
    expect(error.code).toBe('BAD_CONFIG')
    const line = oneLine(error)
    expect(line).toContain(message)
    expect(line.split('\n')).toHaveLength(1)
    expect(line).not.toContain('secret')
  })
})
