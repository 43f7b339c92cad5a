/** The little of the package that tests use; it brings no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  interface Account {
    readonly accountId: string
    claims(): Readonly<Record<string, unknown>>
  }

  // biome-ignore lint/style/noDefaultExport: the package has no other.
  export default class Provider {
    constructor(
      issuer: string,
      configuration: Readonly<Record<string, unknown>> & {
        readonly findAccount: (context: unknown, id: string) => Account
      },
    )
    callback(): RequestListener
  }
}
