import { describe, expect, test } from 'vitest'
import { withoutSecrets } from './secret-texts.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('[FA12] a text is shown without what is secret in it', () => {
  test.each<[string, string]>([
    ['DB_PASSWORD=k4', 'DB_PASSWORD=(kept back)'],
    ['export API_TOKEN="k1"', 'export API_TOKEN=(kept back)'],
    ['rack=7 password=k1 row=2', 'rack=7 password=(kept back)'],
    ['password: k1', 'password: (kept back)'],
    ['root password is k1', 'root password is (kept back)'],
    ['user ann, pass k1', '(kept back)'],
    ['PIN 4711 k1', '(kept back)'],
    ['k1 is the root password', '(kept back)'],
    ['{"rack":7,"password":"k1","x":2}', '{"rack":7,"password":(kept back)'],
    ['{\\"password\\":\\"k1\\"}', '{\\"password\\":\\(kept back)'],
    ['{"value":"k1","name":"password","x":1}', '(kept back)'],
    ['{"value":"k1","type":"auth"}', '(kept back)'],
    ['{\n "rack": 7,\n "auth": {\n  "value": "k1"\n }\n}', '(kept back)'],
    ['[{"value": "k1",\n "name": "token"}]', '(kept back)'],
    ['rack: 7\ndb:\n  password: |\n    k1\n    k2', '(kept back)'],
    ['Shop of Ann\nin row 2\nroot password: k1\nk2', 'Shop of Ann\nin row 2\nroot password: (kept back)'],
    ['Shop\npassword\nk1', 'Shop\npassword(kept back)'],
    ['[auth]\nuser=ann\nvalue=k1', '(kept back)'],
    ['mysql --user=ann --password k1 shop', 'mysql --user=ann --password (kept back)'],
    ['sshpass -p k1 ssh h', 'sshpass -p (kept back)'],
    ['mysql -u ann -pk1 shop', 'mysql -u ann -p(kept back)'],
    ['curl -u ann:k1 http://h', 'curl -u (kept back)'],
    ['X-Api-Key: k1', 'X-Api-Key: (kept back)'],
    ['Authorization: Basic k1', 'Authorization: (kept back)'],
    ['send Bearer k1 along', '(kept back)'],
    ['send Bearer abcdef along', 'send (kept back) along'],
    [`Basic ${base64('ann:k1')}`, '(kept back)'],
    ['see https://bob:k6@git.example.org/x', 'see https://bob:(kept back)@git.example.org/x'],
    ['https://bob:k6/k7@k8@h/', 'https://bob:(kept back)@h/'],
    ['https://h/a?x=1&token=k1&y=2', 'https://h/a?x=1&token=(kept back)'],
    ['https://h/a?X-Amz-Signature=k1&y=2', 'https://h/a?X-Amz-Signature=(kept back)&y=2'],
    ['https://h/a#access_token=k1', 'https://h/a#access_token=(kept back)'],
    ['postgres://ann:k1@db/shop', 'postgres://ann:(kept back)@db/shop'],
    ['Server=db;User=ann;Pwd=k1;X=k2', 'Server=db;User=ann;Pwd=(kept back)'],
    ['-----BEGIN FOO-----\nk1\n-----END FOO-----', '(kept back)'],
    ['ann $6$salt$k1k1/x end', 'ann (kept back) end'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJrIjoiazEifQ.k1', '(kept back)'],
    ['id AKIAIOSFODNN7EXAMPLE', 'id (kept back)'],
    ['ghp_k1k2k3k4k5k6k7k8', '(kept back)'],
    ['#cloud-config\nusers:\n - name: k1', '(kept back)'],
    [base64('#cloud-config\nx: k1'), '(kept back)'],
    [base64(base64('password: k1 and more')), '(kept back)'],
    ['a=1&b=password%3Dk1', '(kept back)'],
    ['&lt;pass&gt;k1', '(kept back)'],
    ['<config><name>password</name><value>k1</value></config>', '(kept back)'],
    ['"\\u0070assword":"k1"', '(kept back)'],
    ['snmp-server community k1 ro', '(kept back)'],
    ['machine h login ann password k1', '(kept back)'],
    ['private key k1', '(kept back)'],
    ['the api key: k1', 'the api key: (kept back)'],
  ])('%j', (text, shown) => {
    const result = withoutSecrets(text)
    expect(result.text).toBe(shown)
    expect(result.kept).toBe(1)
    expect(result.text).not.toMatch(/k\d/)
  })

  test.each([
    'Password manager',
    'token-service',
    'secret-manager-01',
    'auth-server-01 in row 7',
    'Compass with GPU passthrough',
    'Secretary of state 2',
    'line 1\nline 2: rack 7, http://h:8080/x',
    'first pass of the build',
    'mkdir and key figures: 7',
    'see the public key of the author',
    'a'.repeat(40_000),
    'U2hvcCBvZiBBbm4gaW4gcm93IDI=',
    '',
  ])('and whole where nothing is: %j', (text) => {
    expect(withoutSecrets(text)).toEqual({ text: text.slice(0, 16_384), kept: 0 })
  })

  test('A text that says itself that something was kept back is not counted', () => {
    expect(withoutSecrets('(kept back) x').kept).toBe(0)
  })

  test.each(['Password manager for billing', 'token tests billing', 'pass k1 team', 'AUTH'])(
    'Names of projects are names: %s',
    (name) => {
      expect(withoutSecrets(name, 'name')).toEqual({ text: name, kept: 0 })
    },
  )
})
