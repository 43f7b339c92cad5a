/**
 * Bounds of libvirt's wire protocol, checked before anything is allocated.
 *
 * @see libvirt `src/rpc/virnetprotocol.x`, `src/remote/remote_protocol.x`
 */

/** Bytes of the length word that starts each message; the length counts them too. */
export const LENGTH_BYTES = 4
/** Program, version, procedure, type, serial, status: six words. */
export const HEADER_FIELD_BYTES = 24
/** Length word and header: the smallest message. */
export const HEADER_BYTES = LENGTH_BYTES + HEADER_FIELD_BYTES
/** Largest message with its length word: 32 MiB + 4. */
export const MAX_MESSAGE_BYTES = 33_554_432 + LENGTH_BYTES
/** Any string of the protocol. */
export const MAX_STRING_BYTES = 4_194_304
/** Field paths of typed parameters; libvirt writes at most 79 bytes. Domain names are strings: see above. */
export const MAX_FIELD_NAME_BYTES = 1_024
/** Domains in a list, in a request or in a reply. */
export const MAX_DOMAINS = 16_384
/** Typed parameters of one bulk record. */
export const MAX_RECORD_PARAMS = 262_144
/** Typed parameters of a job event. */
export const MAX_JOB_PARAMS = 64
/** Typed parameters of a tunable event. */
export const MAX_TUNABLE_PARAMS = 2_048
/** Who is logged in to a console, in a graphics event. */
export const MAX_GRAPHICS_IDENTITIES = 20
export const MAX_AUTH_TYPES = 20
export const MAX_NODE_CPU_STATS = 16
export const MAX_NODE_MEMORY_STATS = 16
/** Page sizes of NODE_GET_FREE_PAGES, and counts in its reply. */
export const MAX_FREE_PAGES = 1_024
/** Characters of the CPU model in NODE_GET_INFO; each travels as a whole word. */
export const NODE_MODEL_CHARS = 32
export const UUID_BYTES = 16
/** Least bytes of a domain on the wire: name length, UUID, id. */
export const MIN_DOMAIN_BYTES = 4 + UUID_BYTES + 4
/** Least bytes of a typed parameter: name length, type, value. */
export const MIN_PARAM_BYTES = 4 + 4 + 4
/** Least bytes of a bulk record: domain and parameter count. */
export const MIN_RECORD_BYTES = MIN_DOMAIN_BYTES + 4
