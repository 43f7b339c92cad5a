import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

/** A certificate that nobody vouches for, and its key, in PEM. */
export interface SelfSigned {
  readonly cert: string
  readonly key: string
}

const DAY_MS = 86_400_000
const [SEQUENCE, SET, INTEGER, BITS, OCTETS, OID, UTF8, UTC] = [0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x17] as const
const ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
const COMMON_NAME = [0x55, 0x04, 0x03]
const ALT_NAME = [0x55, 0x1d, 0x11]
const [VERSION, EXTENSIONS, DNS_NAME, IP_ADDRESS] = [0xa0, 0xa3, 0x82, 0x87] as const

/** Makes a certificate for localhost and 127.0.0.1. */
export function selfSigned(name: string, { fromDays = -1, toDays = 30 } = {}): SelfSigned {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OID, ECDSA_SHA256))
  const subject = der(SEQUENCE, der(SET, der(SEQUENCE, der(OID, COMMON_NAME), der(UTF8, Buffer.from(name)))))
  const names = der(SEQUENCE, der(DNS_NAME, Buffer.from('localhost')), der(IP_ADDRESS, [127, 0, 0, 1]))
  const body = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, [2])),
    der(INTEGER, [1]),
    algorithm,
    subject,
    der(SEQUENCE, time(fromDays), time(toDays)),
    subject,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, der(SEQUENCE, der(OID, ALT_NAME), der(OCTETS, names)))),
  )
  const signature = der(BITS, [0], sign('sha256', body, privateKey))
  return {
    cert: pem('CERTIFICATE', der(SEQUENCE, body, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

function der(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const { length } = body
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

/** Some days from now: OpenSSL judges by the clock of the machine. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * DAY_MS).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')
  return der(UTC, Buffer.from(`${text}Z`))
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
