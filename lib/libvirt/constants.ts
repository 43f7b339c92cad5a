/** Programs that travel over one connection. */
export const Program = { Remote: 0x20008086, Qemu: 0x20008087, Keepalive: 0x6b656570 } as const
export type Program = (typeof Program)[keyof typeof Program]

/** Version of every program in use. */
export const PROGRAM_VERSION = 1

/** What a message is. Route by this first: an event may carry the serial of a pending call. */
export const PacketType = {
  Call: 0,
  Reply: 1,
  Message: 2,
  Stream: 3,
  CallWithFds: 4,
  ReplyWithFds: 5,
  StreamHole: 6,
} as const
export type PacketType = (typeof PacketType)[keyof typeof PacketType]

export const PacketStatus = { Ok: 0, Error: 1, Continue: 2 } as const
export type PacketStatus = (typeof PacketStatus)[keyof typeof PacketStatus]

export const KeepaliveProcedure = { Ping: 1, Pong: 2 } as const
export type KeepaliveProcedure = (typeof KeepaliveProcedure)[keyof typeof KeepaliveProcedure]

/**
 * Numbers of the REMOTE program that Domscope or its simulated daemon knows.
 *
 * @remarks Being listed here does not allow a call: see `allow-list.ts`.
 * @see libvirt `src/remote/remote_protocol.x`, `enum remote_procedure`
 */
export const Procedure = {
  ConnectOpen: 1,
  ConnectClose: 2,
  GetType: 3,
  GetVersion: 4,
  NodeGetInfo: 6,
  GetCapabilities: 7,
  DomainGetXmlDesc: 14,
  DomainGetAutostart: 15,
  DomainGetInfo: 16,
  DomainGetMaxMemory: 17,
  DomainGetMaxVcpus: 18,
  DomainGetOsType: 19,
  DomainLookupById: 22,
  DomainLookupByName: 23,
  DomainLookupByUuid: 24,
  GetHostname: 59,
  SupportsFeature: 60,
  AuthList: 66,
  AuthPolkit: 70,
  GetUri: 110,
  DomainGetSecurityLabel: 121,
  NodeGetSecurityModel: 122,
  DomainIsActive: 150,
  DomainIsPersistent: 151,
  GetLibVersion: 157,
  DomainHasManagedSaveImage: 183,
  DomainIsUpdated: 202,
  DomainGetState: 212,
  NodeGetCpuStats: 227,
  NodeGetMemoryStats: 228,
  DomainGetControlInfo: 229,
  DomainGetBlockJobInfo: 238,
  ListAllDomains: 273,
  DomainGetJobStats: 298,
  EventRegisterAny: 316,
  EventDeregisterAny: 317,
  NodeGetFreePages: 340,
  GetAllDomainStats: 344,
  RegisterCloseCallback: 360,
  UnregisterCloseCallback: 361,
  DomainGetMessages: 426,
} as const
export type Procedure = (typeof Procedure)[keyof typeof Procedure]

/** Answers of AUTH_LIST. */
export const AuthType = { None: 0, Sasl: 1, Polkit: 2 } as const
export type AuthType = (typeof AuthType)[keyof typeof AuthType]

/** Arguments of SUPPORTS_FEATURE that matter here. */
export const Feature = { Keepalive: 10, EventCallback: 14, CloseCallback: 15 } as const

/** Flag of CONNECT_OPEN. */
export const CONNECT_READ_ONLY = 1

/** Flags of LIST_ALL_DOMAINS: whether there is a process, and the three states that have a flag of their own. */
export const LIST_ACTIVE = 1
export const LIST_INACTIVE = 2
export const LIST_RUNNING = 16
export const LIST_PAUSED = 32
export const LIST_SHUT_OFF = 64

/** Flags of GET_ALL_DOMAIN_STATS. */
export const STATS_ACTIVE = 1
export const STATS_INACTIVE = 2
/** Do not wait for a domain whose monitor is taken by a job. */
export const STATS_NOWAIT = 2 ** 29

/** Type tags of a typed parameter's value. */
export const ParamType = { Int: 1, Uint: 2, Llong: 3, Ullong: 4, Double: 5, Boolean: 6, String: 7 } as const
export type ParamType = (typeof ParamType)[keyof typeof ParamType]
