/** Makes metadata with a secret planted in a made-up shape, apart from the code that finds it. */

type Pick = <T>(from: readonly T[]) => T

/** Words for secrets as people write them, in pieces that are joined in some way. */
const SECRET_WORDS = [
  ...[['password'], ['passwd'], ['passphrase'], ['secret'], ['token'], ['credential'], ['credentials'], ['pwd']],
  ...[
    ['api', 'key'],
    ['private', 'key'],
    ['access', 'key'],
    ['auth', 'token'],
    ['client', 'secret'],
    ['user', 'data'],
  ],
  ...[
    ['root', 'password'],
    ['db', 'passwd'],
    ['sys', 'password'],
    ['admin', 'pass'],
    ['ssh', 'private', 'key'],
    ['psk'],
  ],
  ...[
    ['snmp', 'community', 'string'],
    ['connection', 'string'],
    ['session', 'token'],
    ['encryption', 'key'],
  ],
] as const

const title = (word: string) => word[0]!.toUpperCase() + word.slice(1)
const JOININGS: readonly ((words: readonly string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.join('-'),
  (words) => words.join('.'),
  (words) => words.map(title).join(''),
  (words) => words.map((word, i) => (i === 0 ? word : title(word))).join(''),
  (words) => words.join('_').toUpperCase(),
  (words) => `my_${words.join('_')}`,
  (words) => `${words.join('_')}2`,
]

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Texts with a secret `s` under the name `n`. */
const TEXTS: readonly ((n: string, s: string) => string)[] = [
  (n, s) => `${n}=${s}`,
  (n, s) => `${n} = "${s}"`,
  (n, s) => `${n}: ${s}`,
  (n, s) => `rack=7 ${n}='${s}' row=2`,
  (n, s) => `export ${n}=${s}; run`,
  (n, s) => `run --${n} ${s} --fast`,
  (n, s) => `run --${n}=${s}`,
  (n, s) => JSON.stringify({ rack: 7, [n]: s }),
  (n, s) => JSON.stringify({ a: { b: [{ value: s, name: n }] } }),
  (n, s) => JSON.stringify({ a: [{ name: n, x: 1, value: s }] }, null, 2),
  (n, s) => JSON.stringify({ [n]: { deep: { er: [s] } } }, null, 2),
  (n, s) => JSON.stringify(JSON.stringify({ [n]: s })),
  (n, s) => `rack: 7\ndb:\n  ${n}:\n    - ${s}`,
  (n, s) => `- value: ${s}\n  name: ${n}`,
  (n, s) => `${n}: |\n  ${s}\n  ${s}`,
  (n, s) => `[db]\nrack = 7\n${n} = ${s}\n`,
  (n, s) => `https://h.example.org/a?x=1&${n}=${s}&y=2`,
  (n, s) => `the ${n} is ${s}`,
  (n, s) => `${s} is the ${n}`,
  (n, s) => `<conf><${n}>${s}</${n}></conf>`,
  (n, s) => `<conf name="${n}" value="${s}"/>`,
  (n, s) => encodeURIComponent(`${n}=${s}`),
  (n, s) => base64(`rack=7\n${n}=${s}\n`),
  (n, s) => `Server=h;${n}=${s};Timeout=3`,
  (n, s) => `X-${n}: ${s}`,
  (_n, s) => `Authorization: Bearer ${s}`,
  (_n, s) => `curl -H "Authorization: Basic ${base64(`ann:${s}`)}" h`,
  (_n, s) => `see postgres://ann:${s}@db:5432/shop for more`,
  (_n, s) => `-----BEGIN OPENSSH PRIVATE KEY-----\n${s}\n-----END OPENSSH PRIVATE KEY-----`,
  (_n, s) => `#cloud-config\nruncmd:\n  - echo ${s}`,
  (_n, s) => `root:$6$abc$${s}:19000:0:99999:7:::`,
]

/** Elements with a secret `s` under the name `n`. */
const SHAPES: readonly ((n: string, s: string, pick: Pick) => string)[] = [
  (n, s) => `<a name="${n}" value="${s}"/>`,
  (n, s) => `<a value="${s}" key="${n}"/>`,
  (n, s) => `<a id="${n}" content="${s}" more="1"/>`,
  (n, s) => `<a foo="${n}"><b>${s}</b></a>`,
  (n, s) => `<a key="${n}">${s}</a>`,
  (n, s) => `<a><name>${n}</name><value>${s}</value></a>`,
  (n, s) => `<a><value>${s}</value><type>x</type><name>${n}</name></a>`,
  (n, s) => `<a><key>rack</key><string>7</string><key>${n}</key><string>${s}</string></a>`,
  (n, s) => `<a><dt>${n}</dt><dd>${s}</dd><dt>rack</dt><dd>7</dd></a>`,
  (n, s) => `<a><i>${n}</i><i>${s}</i></a>`,
  (n, s) => `<a><arg value="--${n}"/><arg value="${s}"/></a>`,
  (n, s) => `<a><l><t>${n}</t></l><r><t>${s}</t></r></a>`,
  (n, s) => `<${n}>${s}</${n}>`,
  (n, s) => `<${n}><x><y z="${s}"/>${s}</x></${n}>`,
  (n, s) => `<a ${n}="${s}"/>`,
  (n, s) => `<${n} value="${s}"/>`,
  (n, s) => `<a><${n}/><value>${s}</value></a>`,
  (n, s) => `<a>${n}: <b>${s}</b></a>`,
  (n, s) => `<a><b>${n}</b>: ${s}</a>`,
  (n, s) => `<a>${n}<!-- x -->=<![CDATA[${s}]]></a>`,
  (n, s) => `<section name="${n}"><a><b>${s}</b></a></section>`,
  (n, s, pick) => `<a>${escaped(pick(TEXTS)(n, s))}</a>`,
  (n, s, pick) => `<a><![CDATA[${pick(TEXTS)(n, s)}]]></a>`,
  (n, s, pick) => `<a b="${escaped(pick(TEXTS)(n, s)).replaceAll('\n', '&#10;')}" c="7"/>`,
  (n, s, pick) => `<a>${[...pick(TEXTS)(n, s)].map((sign) => `&#${sign.codePointAt(0)};`).join('')}</a>`,
]

const SECRETS: readonly ((random: () => number) => string)[] = [
  (random) => `k${Math.floor(random() * 1e9)}`,
  (random) => `Zq${random().toString(36).slice(2, 12)}xY`,
  (random) =>
    `canary${[...random().toString(26).slice(2, 10)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('')}`,
]

export interface Planted {
  /** What may be nowhere in what is told. */
  readonly secret: string
  /** Children of a tool's element. */
  readonly inner: string
  /** A text with the secret, for title and description. */
  readonly text: string
}

/** Plants one secret; the same random numbers give the same. */
export function plantSecret(random: () => number): Planted {
  const pick: Pick = (from) => from[Math.floor(random() * from.length)]!
  const name = pick(JOININGS)(pick(SECRET_WORDS))
  const secret = pick(SECRETS)(random)
  let inner = pick(SHAPES)(name, secret, pick)
  for (let around = Math.floor(random() * 3); around > 0; around--) inner = `<g${around} h="7">${inner}</g${around}>`
  return { secret, inner, text: escaped(pick(TEXTS)(name, secret)) }
}
