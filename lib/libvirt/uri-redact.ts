const MASK = '***'
/** Parameters whose values may be secrets. libvirt has none of these names; people invent them. */
const SECRET_NAME = /pass|secret|token|credential/i

/** From the first colon after the user to the last `@`: passwords hold slashes, too. A port and a path are none. */
const PASSWORD = /(:\/\/[^:@/?#]*?)(?::|%3a)(?!\d{1,5}[/?][^@]*[?&;=][^@]*@)[^\s]*@/i

/** The text of a URI, whether or not it parses, with passwords masked. */
export function redactUriText(text: string): string {
  const withoutPassword = text.replace(PASSWORD, `$1:${MASK}@`)
  return withoutPassword.replace(/([?&;])([^=&;]*)=([^&;]*)/g, (whole, separator: string, name: string) =>
    SECRET_NAME.test(plain(name)) ? `${separator}${name}=${MASK}` : whole,
  )
}

function plain(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
