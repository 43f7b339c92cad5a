const MASK = '***'
/** Parameters whose values may be secrets. libvirt has none of these names; people invent them. */
const SECRET_NAME = /pass|secret|token|credential/i

/** The text of a URI, whether or not it parses, with passwords masked. */
export function redactUriText(text: string): string {
  const withoutPassword = text.replace(/(:\/\/[^:@/?#]*):[^@/?#]*@/, `$1:${MASK}@`)
  return withoutPassword.replace(/([?&;])([^=&;]*)=([^&;]*)/g, (whole, separator: string, name: string) =>
    SECRET_NAME.test(name) ? `${separator}${name}=${MASK}` : whole,
  )
}
