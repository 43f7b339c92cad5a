/** Words in the name of a field that say that its value is nobody else's business. */
const SECRET_NAME =
  /pass(?:word|wort|wd|phrase)|secret|token|credential|(?:api|private|access|ssh)[-_.]?key|user[-_.]?data|cloud[-_.]?(?:init|config)/i

/** Name and password in front of a host name: the password goes. */
const LOGIN = /(:\/\/[^\s/:@]*):[^\s/@]*@/g

/** What stands in place of a value that is kept back. */
export const NOT_SHOWN = '(not shown)'

/** Whether a field of that name holds a secret, as far as names tell: tools keep passwords and keys in metadata. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

/** The text without passwords in addresses. */
export function withoutPasswords(text: string): string {
  return text.includes('://') ? text.replace(LOGIN, '$1:…@') : text
}
