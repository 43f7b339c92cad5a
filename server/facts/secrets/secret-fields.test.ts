import { describe, expect, test } from 'vitest'
import { readDomainFacts } from '../domain-facts.ts'

/** What is told of metadata: `path = value`. */
function told(inner: string): string[] {
  const { metadata } = readDomainFacts(`<domain><metadata><o:vm xmlns:o="urn:o">${inner}</o:vm></metadata></domain>`)
  return metadata.map(({ path, value }) => `${path} = ${value}`)
}
const kept = (inner: string) =>
  readDomainFacts(`<domain><metadata><o:vm xmlns:o="urn:o">${inner}</o:vm></metadata></domain>`).keptBack

describe('[FA10] a value of metadata beside the word for a secret is kept back', () => {
  test.each<[string, string]>([
    ['a pair of attributes', '<a name="SysPassword" value="k1"/>'],
    ['a pair the other way round', '<a value="k1" name="SysPassword"/>'],
    ['key and val', '<a key="db_passwd" val="k1"/>'],
    ['id and content', '<a id="api-token" content="k1"/>'],
    ['attributes of other names', '<a foo="apiToken" bar="k1" baz="k2"/>'],
    ['a pair of elements', '<item><name>api_token</name><value>k1</value></item>'],
    ['a pair of elements the other way round', '<item><value>k1</value><name>api_token</name></item>'],
    ['a pair in wrappers', '<e><l><t>password</t></l><r><t>k1</t></r></e>'],
    ['a pair of single attributes', '<e><n v="adminPass"/><v v="k1"/></e>'],
    ['a property list', '<dict><key>rack</key><string>7</string><key>Password</key><string>k1</string></dict>'],
    ['values before names', '<dict><string>k1</string><key>Password</key><string>k2</string><key>token</key></dict>'],
    ['equal elements in turn', '<l><i>user</i><i>ann</i><i>passphrase</i><i>k1</i></l>'],
    ['arguments', '<l><arg>--password</arg><arg>k1</arg></l>'],
    ['a short argument', '<l><arg value="-p"/><arg value="k1"/></l>'],
    ['the name of an element', '<password>k1</password>'],
    ['a name that is run together', '<adminpass>k1</adminpass><rootpw>k2</rootpw><mysqlpwd>k3</mysqlpwd>'],
    ['a name with a prefix', '<o:auth>k1</o:auth>'],
    ['an empty element', '<password/><value>k1</value>'],
    ['the name of an attribute', '<a SSH_PRIVATE_KEY="k1"/>'],
    ['a name around it', '<credentials><a><b>k1</b><c d="k2"/></a></credentials>'],
    ['a label around it', '<section name="secrets"><a>k1</a><b c="k2"/></section>'],
    ['a flag', '<field secret="true" name="x" value="k1"/>'],
    ['a flag that is an element', '<f><name>x</name><sensitive>yes</sensitive><value>k1</value></f>'],
    ['text in pieces', '<p>pass<b>word: k1</b></p><p>password: <b>k2</b></p><p><b>token</b>: k3</p>'],
    ['text in elements only', '<p><b>pass</b><b>word</b><b>=k1</b></p>'],
    ['lines of a key', '<l><i>-----BEGIN RSA PRIVATE KEY-----</i><i>k1</i><i>-----END RSA PRIVATE KEY-----</i></l>'],
    ['lines of JSON', '<l><i>{"password":</i><i>"k1"}</i></l>'],
    ['a lone key', '<ceph><key>k1</key></ceph><wg key="k2"/>'],
    ['community', '<snmp community="k1"/><snmp><communityString>k2</communityString></snmp>'],
    ['other languages', '<Kennwort>k1</Kennwort><пароль>k2</пароль><密码>k3</密码>'],
    ['wide signs', '<a name="ｐａｓｓｗｏｒｄ" value="k1"/>'],
    ['user data', '<user-data>k1</user-data><userData>k2</userData><a name="cloud-init" value="k3"/>'],
  ])('%s', (_what, xml) => {
    expect(told(xml).join('\n')).not.toMatch(/k\d/)
    expect(kept(xml)).toBe(told(xml).join('\n').split('(kept back)').length - 1)
    expect(kept(xml)).toBeGreaterThan(0)
  })

  test('and it is said whose it is', () => {
    expect(told('<a name="SysPassword" value="k1"/><item><name>api_token</name><value>k3</value></item>')).toEqual([
      'vm/a@name = SysPassword',
      'vm/a@value = (kept back)',
      'vm/item/name = api_token',
      'vm/item/value = (kept back)',
    ])
    expect(told('<env>DB_PASSWORD=k4</env>')).toEqual(['vm/env = DB_PASSWORD=(kept back)'])
  })
})

describe('[FA11] words that only look alike keep nothing back', () => {
  test.each([
    '<a name="NumCores" value="10"/>',
    '<gpuPassThrough>yes</gpuPassThrough><passthrough mode="on"/><a name="pci-pass-through" value="1"/>',
    '<compass>north</compass><bypass>1</bypass><multipass>x</multipass>',
    '<tokenizer>bpe</tokenizer><a name="Tokenization" value="off"/>',
    '<project>secretariat</project><owner>Secretary of the board</owner>',
    '<vcpupin>0-3</vcpupin><vcpu_pin>1</vcpu_pin><emulatorPin>2</emulatorPin><pinning>3</pinning>',
    '<author>ann</author><authority>x</authority><keyboard>de</keyboard><keymap>fr</keymap><monkey>1</monkey>',
    '<sshPublicKey>ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk ann@pc</sshPublicKey><pubkey>x</pubkey>',
    '<ssh_keys><key>ssh-rsa AAAAB3NzaC1yc2E= bob</key></ssh_keys>',
    '<entry><key>rack</key><value>7</value></entry><meta key="row" value="b"/><primary_key>3</primary_key>',
    '<dict><key>rack</key><string>7</string><key>row</key><string>b</string></dict>',
    '<team>password manager</team><role>token service</role><note>no password</note>',
    '<id>6695eb01-f6a4-8304-79aa-97f2502e193f</id><sha>da39a3ee5e6b4b0d3255bfef95601890afd80709</sha>',
    '<image>registry.example.org:5000/web/shop@sha256:ab12</image><url>http://h:8080/a?rack=7&amp;row=2</url>',
    '<os id="http://debian.org/debian/12"/><mail>ann@example.org</mail><at>2026-12-01T10:00:00Z</at>',
    '<uri>qemu+ssh://root@kvm-01/system</uri><kind>Basic</kind><plan>basic web server</plan>',
  ])('%s', (xml) => {
    expect(kept(xml)).toBe(0)
    expect(told(xml).join()).not.toContain('kept back')
  })

  test('and what stands in turn with a secret stays', () => {
    const xml =
      '<dict><key>rack</key><string>7</string><key>Password</key><string>k1</string><key>row</key><string>b</string></dict>'
    expect(told(xml).join()).toContain('7')
    expect(told(xml).join()).toContain('= b')
  })
})
