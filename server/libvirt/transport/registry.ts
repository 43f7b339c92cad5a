import type { TransportKind } from '../../../lib/libvirt/uri.ts'
import { transportError } from '../../../lib/libvirt/uri.ts'
import { dialSsh } from './ssh.ts'
import type { Dial } from './transport.ts'
import { dialUnix } from './unix.ts'

/** Transports that libvirt knows and Domscope does not yet: a clear error that names them. */
const dialUnsupported: Dial = async (uri) => {
  throw transportError(uri)
}

/** How to dial each transport of the grammar; a new kind does not compile until it stands here. */
const DIALS: Readonly<Record<TransportKind, Dial>> = {
  unix: dialUnix,
  ssh: dialSsh,
  tls: dialUnsupported,
  tcp: dialUnsupported,
  libssh: dialUnsupported,
  libssh2: dialUnsupported,
  ext: dialUnsupported,
}

/** Opens the transport that the URI asks for. */
export const dial: Dial = (uri, options) => DIALS[uri.transport](uri, options)
