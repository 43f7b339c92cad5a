import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { configError } from '../../config/config-error.ts'

/** Where certificate and key are. */
export interface TlsPaths {
  /** In PEM, with the chain up to the root where there is one. */
  readonly cert: string
  readonly key: string
}

/** A certificate with its key, as Node takes them. */
export interface TlsPair {
  readonly cert: Buffer
  readonly key: Buffer
  /** Of the certificate, in words, for the log. */
  readonly subject: string
  /** ms since 1970. */
  readonly validFrom: number
  readonly validTo: number
}

/**
 * Reads a certificate and its key, and looks whether they go together.
 *
 * @throws DomscopeError `BAD_CONFIG` that names the file and what is wrong with it.
 */
export function readTlsPair(paths: TlsPaths): TlsPair {
  const cert = readPem(paths.cert, 'tls.cert')
  const key = readPem(paths.key, 'tls.key')
  const certificate = asCertificate(cert, paths.cert)
  if (!certificate.checkPrivateKey(asPrivateKey(key, paths.key))) {
    const remedy = 'Give a certificate and the key that it was made for.'
    throw configError(paths.key, `this key does not belong to the certificate in ${paths.cert}`, remedy)
  }
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    throw refused(paths.cert, 'OpenSSL does not take this certificate', cause)
  }
  return {
    ...{ cert, key, subject: certificate.subject.replaceAll('\n', ', ') },
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  }
}

function readPem(path: string, where: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    const why = { ENOENT: 'there is no such file', EACCES: 'this user may not read it', EISDIR: 'it is a directory' }[
      code
    ]
    throw configError(where, `${path} cannot be read: ${why ?? code}`, 'Give a file that this user can read.', cause)
  }
}

function asCertificate(pem: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw refused(path, 'this holds no certificate in PEM', cause)
  }
}

function asPrivateKey(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    const locked = pem.includes('ENCRYPTED')
    throw refused(path, locked ? 'this key has a passphrase' : 'this holds no private key in PEM', cause)
  }
}

function refused(path: string, what: string, cause: unknown): DomscopeError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException
  return configError(path, `${what} (${code})`, 'Give a file in PEM, the key without a passphrase.', cause)
}
