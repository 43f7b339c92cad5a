import { describe, expect, test } from 'vitest'
import { readDomainFacts } from '../domain-facts.ts'
import { withoutSecrets } from './secret-texts.ts'

/** What is told of metadata: `path = value`. */
function told(inner: string, around = 'xmlns:o="urn:o"'): string {
  const { metadata } = readDomainFacts(`<domain><metadata><o:vm ${around}>${inner}</o:vm></metadata></domain>`)
  return metadata.map(({ path, value }) => `${path} = ${value}`).join('\n')
}

describe('[FA10] the word for a secret tells of what is beside it', () => {
  test.each<[string, string]>([
    ['with more words behind it', '<p name="password for root">k1</p><p name="password (root)">k2</p>'],
    ['in a sentence', '<e><k>Password of root user</k><v>k1</v></e>'],
    [
      'in a long sentence',
      '<p name="The administrator password that is used to log in at the management console of this guest">k1</p>',
    ],
    ['in an element with attributes', '<e><key n="1">password</key><string>k1</string></e>'],
    ['deep in an element with attributes', '<e><m t="s"><name>password</name></m><d><v>k1</v></d></e>'],
    ['as text beside attributes', '<a v="k1">password</a>'],
    ['in a table', '<t><tr><th>user</th><th>password</th></tr><tr><td>ann</td><td>k1</td></tr></t>'],
    ['in a list of names', '<e><n><i>password</i><i>user</i></n><v><i>k1</i><i>ann</i></v></e>'],
    ['in the prefix of an element', '<password:x xmlns:password="urn:p">k1</password:x>'],
    ['in the prefix of an attribute', '<x xmlns:password="urn:p" password:v="k1"/>'],
    ['in a namespace', '<x xmlns="urn:vault:secrets"><v>k1</v></x>'],
    ['in a namespace with a version', '<x xmlns="http://h/passwords/1.0"><v>k1</v></x>'],
    ['as a flag in other words', '<f no_log="true" v="k1"/><f redacted="yes" v="k2"/><f noEcho="1" v="k3"/>'],
    ['as a login with a user', '<login user="root">k1</login>'],
  ])('%s', (_where, xml) => {
    expect(told(xml)).not.toMatch(/k\d/)
    expect(told(xml)).toContain('(kept back)')
  })

  test('and of nothing in the neighbours that have a label of their own', () => {
    const shown = told(
      '<i><name>password</name><value>k1</value></i><i><name>rack</name><value>7</value></i><os id="d">deb</os>',
    )
    expect(shown).not.toMatch(/k1/)
    expect(shown).toContain('= 7')
    expect(shown).toContain('= deb')
  })
})

describe('[FA10] words for secrets, written otherwise', () => {
  test.each([
    ...['passwrd', 'pswd', 'psswd', 'passw', 'pasword', 'pword', 'passord', 'adgangskode', 'Passwörter', 'pässword'],
    ...['mot_de_passe', 'Zugangsdaten', 'Anmeldedaten', 'haslo', 'hasło', 'jelszó', 'şifre', 'p4ssw0rd', 'P@ssw0rd'],
    ...[
      'wpa2',
      'pass\u200bword',
      'pass\u00adword',
      'p\u0430ssword',
      'pa\u0301ssword',
      'parola',
      'lösenord',
      'パスワード',
    ],
  ])('%j', (name) => {
    expect(told(`<p name="${name}">k1</p>`)).not.toContain('k1')
    expect(withoutSecrets(`${name}=k1`).text).not.toContain('k1')
    expect(withoutSecrets(`${name} : k1`).text).not.toContain('k1')
  })
})

describe('[FA12] further forms of secrets', () => {
  const encoded = (encoding: 'hex' | 'base64', text: Buffer) => text.toString(encoding)
  test.each([
    'login: root/k1',
    'db.example.org:5432:shop:ann:k1',
    '*:*:*:ann:k1',
    '$ANSIBLE_VAULT;1.1;AES256\n6664k1',
    'ENC[AES256_GCM,data:k1,iv:k2]',
    'ENC(k1k2k3k4)',
    'K10aabbccddeeff00112233445566778899::server:k1',
    encoded('hex', Buffer.from('password=k1')),
    encoded('base64', Buffer.from('password=k1', 'utf16le')),
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj',
    'QlpoOTFBWSZTWQ2rKLkAAAGfgEAE',
    'KLUv/SAgaWEAAAAAAAAAAAAA',
  ])('%j', (text) => {
    const shown = withoutSecrets(text)
    expect(shown.kept).toBe(1)
    expect(shown.text).not.toMatch(/k\d|706173|L\+Wj|BWSZ|KLUv|cABh/)
  })

  test.each([
    '52:54:00:11:22:33',
    'fe80:0000:0000:0000:0001',
    '2001:db8:1000:2000:3000:4000:5000:6000',
    'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    '6695eb01f6a4830479aa97f2502e193f',
    'login: ann',
    'last login: 10:20:11',
    'login: https://h/x',
    'two passes of a Pascal compiler',
    'compass and parolee in Zürich',
    'registry.example.org:5000/web/shop:1.2',
    '10:20:30:40:50',
  ])('and none of them: %j', (text) => {
    expect(withoutSecrets(text)).toEqual({ text, kept: 0 })
  })
})

test('[FA12] a look at a text takes time that grows with the text, no faster', () => {
  const units = ['\u0430', 'a\u0430', 'a:', '1:22:', 'p@', 'login:  ', '\u200b', 'a\u0301', 'ENC(', 'ab12', 'pass ']
  for (const unit of units) {
    // A pattern that began anew at every sign would pass the test's deadline.
    for (let times = 0; times < 4; times++) expect(withoutSecrets(unit.repeat(16_384 / unit.length)).text).toBeDefined()
  }
})
