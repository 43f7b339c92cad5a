import { describe, expect, it } from 'vitest'
import { checkRequest } from './request-policy.ts'

const policy = { names: new Set(['scope.example.org']) }

function verdict(fields: readonly (readonly [string, string])[], url = '/') {
  return checkRequest({ url, rawHeaders: fields.flat() }, policy)?.code ?? 'pass'
}

describe('[S-2] Host allow-list', () => {
  it.each<[string, readonly string[], string]>([
    ['the loopback name', ['localhost'], 'pass'],
    ['the loopback name with any port', ['localhost:3000'], 'pass'],
    ['upper case', ['LOCALHOST:8080'], 'pass'],
    ['the loopback address', ['127.0.0.1:8080'], 'pass'],
    ['another loopback address', ['127.8.9.10'], 'pass'],
    ['the IPv6 loopback address', ['[::1]:8080'], 'pass'],
    ['an address, which cannot be rebound', ['192.168.1.10:8080'], 'pass'],
    ['an IPv6 address', ['[2001:db8::1]'], 'pass'],
    ['a configured name', ['scope.example.org'], 'pass'],
    ['a configured name in other case with a port', ['Scope.Example.ORG:8443'], 'pass'],
    ['a name that ends like ours', ['evil.scope.example.org'], 'HOST_REFUSED'],
    ['a name that starts with the loopback name', ['localhost.evil'], 'HOST_REFUSED'],
    ['a name that starts with a loopback address', ['127.0.0.1.evil.org'], 'HOST_REFUSED'],
    ['a trailing dot', ['localhost.'], 'BAD_HOST'],
    ['a foreign name', ['evil.org:8080'], 'HOST_REFUSED'],
    ['an address in octal', ['0177.0.0.1'], 'HOST_REFUSED'],
    ['an address as one number', ['2130706433'], 'HOST_REFUSED'],
    ['the unspecified address', ['0.0.0.0:8080'], 'HOST_REFUSED'],
    ['the unspecified IPv6 address', ['[::]:8080'], 'HOST_REFUSED'],
    ['no Host', [], 'BAD_HOST'],
    ['an empty Host', [''], 'BAD_HOST'],
    ['two Host fields', ['localhost', 'localhost'], 'BAD_HOST'],
    ['two Host fields, the second foreign', ['localhost', 'evil.org'], 'BAD_HOST'],
    ['user names', ['me@localhost'], 'BAD_HOST'],
    ['an empty port', ['localhost:'], 'BAD_HOST'],
    ['a port out of range', ['localhost:65536'], 'BAD_HOST'],
    ['port 0', ['localhost:0'], 'BAD_HOST'],
    ['two names', ['localhost, evil.org'], 'BAD_HOST'],
    ['a space', ['localhost evil.org'], 'BAD_HOST'],
    ['a path', ['localhost/evil'], 'BAD_HOST'],
    ['a percent sign', ['local%68ost'], 'BAD_HOST'],
    ['an IPv6 address without brackets', ['::1'], 'BAD_HOST'],
    ['an IPv6 zone', ['[fe80::1%25eth0]'], 'BAD_HOST'],
    ['letters that look like ours', ['l\u043ecalhost'], 'BAD_HOST'],
    ['300 letters', ['a'.repeat(300)], 'BAD_HOST'],
  ])('%s: %j gives %s', (_what, hosts, expected) => {
    expect(verdict(hosts.map((host) => ['Host', host] as const))).toBe(expected)
  })
})

describe('[S-3] Origin in loopback mode', () => {
  it.each<[string, string, readonly string[], string]>([
    ['none', 'localhost:8080', [], 'pass'],
    ['the same', 'localhost:8080', ['http://localhost:8080'], 'pass'],
    ['the same by another port, as ssh -L gives it', 'localhost:9999', ['http://localhost:9999'], 'pass'],
    ['the same address', '127.0.0.1:8080', ['http://127.0.0.1:8080'], 'pass'],
    ['the same IPv6 address', '[::1]:8080', ['http://[::1]:8080'], 'pass'],
    ['upper case', 'localhost:8080', ['HTTP://LOCALHOST:8080'], 'pass'],
    ['https in front of us', 'localhost:8443', ['https://localhost:8443'], 'pass'],
    ['the default port left out on both sides', 'localhost', ['http://localhost'], 'pass'],
    ['the default port named by one side', 'localhost:80', ['http://localhost'], 'pass'],
    ['the https default port named by one side', 'localhost:443', ['https://localhost'], 'pass'],
    ['a configured name', 'scope.example.org', ['https://scope.example.org'], 'pass'],
    ['another port', 'localhost:8080', ['http://localhost:3000'], 'ORIGIN_REFUSED'],
    ['no port against a port', 'localhost:8080', ['http://localhost'], 'ORIGIN_REFUSED'],
    ['the default port of the other scheme', 'localhost:80', ['https://localhost'], 'ORIGIN_REFUSED'],
    ['the loopback name against its address', '127.0.0.1:8080', ['http://localhost:8080'], 'ORIGIN_REFUSED'],
    ['the address against the loopback name', 'localhost:8080', ['http://127.0.0.1:8080'], 'ORIGIN_REFUSED'],
    ['another loopback address', '127.0.0.1:8080', ['http://127.0.0.2:8080'], 'ORIGIN_REFUSED'],
    ['a foreign name', 'localhost:8080', ['http://evil.org:8080'], 'ORIGIN_REFUSED'],
    ['a foreign https name', 'localhost:8080', ['https://evil.org'], 'ORIGIN_REFUSED'],
    ['a name that ends like ours', 'scope.example.org', ['https://evilscope.example.org'], 'ORIGIN_REFUSED'],
    ['a subdomain', 'scope.example.org', ['https://a.scope.example.org'], 'ORIGIN_REFUSED'],
    ['a parent domain', 'scope.example.org', ['https://example.org'], 'ORIGIN_REFUSED'],
    ['a rebound name', 'evil.org', ['http://evil.org'], 'HOST_REFUSED'],
    ['an address of another machine, though equal', '192.168.1.10', ['http://192.168.1.10'], 'ORIGIN_REFUSED'],
    ['null', 'localhost:8080', ['null'], 'ORIGIN_REFUSED'],
    ['empty', 'localhost:8080', [''], 'ORIGIN_REFUSED'],
    ['a file', 'localhost:8080', ['file://'], 'ORIGIN_REFUSED'],
    ['a file with our host', 'localhost:8080', ['file://localhost:8080'], 'ORIGIN_REFUSED'],
    ['an extension', 'localhost:8080', ['chrome-extension://abcdefgh'], 'ORIGIN_REFUSED'],
    ['a WebSocket scheme', 'localhost:8080', ['ws://localhost:8080'], 'ORIGIN_REFUSED'],
    ['no scheme', 'localhost:8080', ['localhost:8080'], 'ORIGIN_REFUSED'],
    ['only slashes', 'localhost:8080', ['//localhost:8080'], 'ORIGIN_REFUSED'],
    ['user names', 'localhost:8080', ['http://localhost:8080@evil.org'], 'ORIGIN_REFUSED'],
    ['user names before ours', 'localhost:8080', ['http://evil.org@localhost:8080'], 'ORIGIN_REFUSED'],
    ['a path', 'localhost:8080', ['http://localhost:8080/'], 'ORIGIN_REFUSED'],
    ['a query', 'localhost:8080', ['http://localhost:8080?x'], 'ORIGIN_REFUSED'],
    ['a trailing dot', 'localhost:8080', ['http://localhost.:8080'], 'ORIGIN_REFUSED'],
    ['a punycode name', 'localhost:8080', ['http://xn--lcalhost-55h:8080'], 'ORIGIN_REFUSED'],
    ['a raw IDN', 'localhost:8080', ['http://l\u043ecalhost:8080'], 'ORIGIN_REFUSED'],
    ['a space', 'localhost:8080', ['http://localhost:8080 http://evil.org'], 'ORIGIN_REFUSED'],
    ['two in one field', 'localhost:8080', ['http://localhost:8080, http://evil.org'], 'ORIGIN_REFUSED'],
    ['two fields', 'localhost:8080', ['http://localhost:8080', 'http://evil.org'], 'BAD_ORIGIN'],
    ['two equal fields', 'localhost:8080', ['http://localhost:8080', 'http://localhost:8080'], 'BAD_ORIGIN'],
    ['a port out of range', 'localhost:8080', ['http://localhost:99999'], 'ORIGIN_REFUSED'],
  ])('%s: Host %s with Origin %j gives %s', (_what, host, origins, expected) => {
    expect(verdict([['Host', host], ...origins.map((origin) => ['Origin', origin] as const)])).toBe(expected)
  })

  it.each<[string, string, string | null, string]>([
    ['our own page', 'same-origin', 'cors', 'pass'],
    ['our own page opening the stream', 'same-origin', 'websocket', 'pass'],
    ['the address bar', 'none', 'navigate', 'pass'],
    ['a link on another site that a person followed', 'cross-site', 'navigate', 'pass'],
    ['a script tag of another site', 'cross-site', 'no-cors', 'ORIGIN_REFUSED'],
    ['a page of another port of this machine', 'same-site', 'no-cors', 'ORIGIN_REFUSED'],
    ['no mode', 'cross-site', null, 'ORIGIN_REFUSED'],
    ['a word nobody knows', 'strange', 'cors', 'ORIGIN_REFUSED'],
  ])('%s: Sec-Fetch-Site %s with mode %s gives %s', (_what, site, mode, expected) => {
    const fields: [string, string][] = [
      ['Host', 'localhost:8080'],
      ['Sec-Fetch-Site', site],
    ]
    if (mode !== null) fields.push(['Sec-Fetch-Mode', mode])
    expect(verdict(fields)).toBe(expected)
  })
})

describe('[S-1] request targets', () => {
  it.each([
    ['/', 'pass'],
    ['/api/v1/hosts?x=1', 'pass'],
    ['//evil.org/', 'BAD_TARGET'],
    ['http://localhost/', 'BAD_TARGET'],
    ['http://169.254.169.254/latest', 'BAD_TARGET'],
    ['*', 'BAD_TARGET'],
    ['localhost:22', 'BAD_TARGET'],
    ['', 'BAD_TARGET'],
  ])('%j gives %s', (url, expected) => {
    expect(verdict([['Host', 'localhost']], url)).toBe(expected)
  })
})
