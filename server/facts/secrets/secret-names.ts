import { plainForm } from './plain-form.ts'

/**
 * The words that tell of a secret, and how they are found in names.
 *
 * A name is cut into words where signs, humps (`sysPassword`) and digits are, and judged word by word, so that `compass`
 * and `passthrough` are no secrets. What is run together in lower case (`adminpass`) is judged by how it begins or ends.
 */

/** What stands in place of a value that is kept back. */
export const KEPT_BACK = '(kept back)'

/** Words that mean nothing else, also in the middle of a sentence. */
const STRONG =
  /^(?:pwd|psk|creds?|oauth|jwt|totp|otp|htpasswd|netrc|keytab|kubeconfig|pkcs12|mnemonic|webhook|userdata|vendordata|cloudinit|cloudconfig|ignition|sysprep|kickstart|preseed|unattend|sessionid|connectionstring|geheim|heslo|haslo|jelszo|lozinka|sifre|senha|mdp|pswd|psswd|passw|pword|adgangskode|zugangsdaten|anmeldedaten)s?$|pass?(?:word|wd|wrd|wort|ord$|phrase|code|key)|secret|credential|kennwort|motdepasse|contrase|wachtwoord|salasana|losenord|(?:api|auth|access|private|priv|session|signing|encryption|secret|ssh|host|luks|crypt|master|license|licence|shared|account|storage|client)keys?$|tokens?$|^token(?:id|key|value)|passwor|парол|密码|密碼|パスワード|暗証|암호|비밀번호/u

/** Words that mean something else as well: they count in a name, and in a text where a value follows. */
const WEAK =
  /^(?:auth|authn|authz|authorization|authentication|pass|pin|pw|bearer|basicauth|cookie|cookies|community|tok|passe|parola|wpa|wep|salt|shadow|sas|pfx|p12|keystore|crypted|userpass|rootpw|ks)$|(?:^|[a-z])(?:pwd|[a-z]{2,}pw)$|pass$/u

/** Words of which the signs of a secret are part by chance. */
const HARMLESS =
  /^(?:secretar(?:y|ies|iat|iats|ial)|passwordless|passwortlos|tokeni[sz]\w*|(?:com|by|encom|over|under|tres|sur|multi|one|two|single|first|im|re)pass)$/u

/** What a key is for, when it opens something. */
const KEY_OF =
  /\b(?:api|app|auth|access|private|priv|secret|ssh|signing|encryption|encrypt|decryption|luks|crypt|host|master|license|licence|product|shared|account|storage|client|service|deploy|session|root|admin|hmac|aes|rsa|ecdsa|ed25519|wg|wireguard|ceph|user|server|tls|ssl|vpn|pre) (?:shared )?keys?\b/

/** Keys that everybody may know, and words for places in a list. */
const PUBLIC_KEY =
  /\b(?:public|pub|authori[sz]ed|primary|foreign|sort|partition|cache|index|unique|map|group|meta|object|row|hot|tag|label) keys?\b/g

/** Two words that are a secret together. */
const PHRASE =
  /\b(?:pass (?:word|phrase|code|wd)|user data|vendor data|cloud (?:init|config)|connection string|session id|conn str|recovery code|seed phrase|startup script|one time code|snmp\S* .*\bcommunity)\b/

/** `adminPass`, in one word; two words may be a sentence. */
const JOINED_PASS = /(?<!\b(?:first|second|third|last|single|multi|one|two|three|test|build)) (?:pass|pw)$/

/** Pinning and passing through are no secrets. */
const HARMLESS_PHRASE =
  /\b(?:v?cpus?|emulator|iothreads?|numa|gpio) pins?\b|\bpass (?:through|thru)\b|\bpin (?:ning|ned)\b/g

/** Pieces of which every word above has one: most names have none, and are done with. */
const HINT =
  /pass|pwd|pw|psk|cred|secret|token|key|auth|otp|jwt|netrc|kube|pkcs|mnemonic|webhook|data|cloud|ignition|sysprep|kickstart|preseed|unattend|session|conn|code|phrase|script|geheim|heslo|haslo|jelszo|lozinka|sifre|senha|mdp|psw|pssw|pasw|pasp|pasc|pask|paso|pword|adgangskode|daten|parola|wpa|wep|tok|kennwort|motdepasse|contrase|wachtwoord|salasana|losenord|парол|密|パス|暗|암|비|pin|bearer|cookie|community|salt|shadow|sas|pfx|p12|crypted|ks/iu

/** Whether a text may hold the word for a secret: quick, and never no when it does. */
export function mayTellOfSecret(text: string): boolean {
  return HINT.test(plainForm(text))
}

/** How sure a name is that its value is a secret. */
export type Suspicion = 'none' | 'weak' | 'strong'

/** The words of a name in lower case, with one blank between. */
export function wordsOf(name: string): string {
  return plainForm(name)
    .slice(0, 256)
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Judges one name: an element's, an attribute's, a variable's, or one word of a text. */
export function suspicionOf(name: string): Suspicion {
  if (!mayTellOfSecret(name)) return 'none'
  const words = wordsOf(name).replace(HARMLESS_PHRASE, ' ').replace(PUBLIC_KEY, ' ')
  const all = words.split(' ').filter((word) => word !== '' && !HARMLESS.test(word))
  // `api_key2` is an API key.
  const plain = words.replace(/(?<=\p{L})\d+(?= |$)/gu, '')
  if (JOINED_PASS.test(plain) && !/\s/.test(name)) return 'strong'
  if (KEY_OF.test(plain) || PHRASE.test(plain) || all.some(isStrongWord)) return 'strong'
  if (all.some((word) => WEAK.test(word) || WEAK.test(withoutDigits(word)))) return 'weak'
  // `mailKey`, `x_key`: a key with a name of its own opens something. A `key` alone is a word for a name.
  return /\S keys?$/.test(plain) && all.length > 1 ? 'weak' : 'none'
}

/** Whether a field of that name holds a secret, as far as names tell: tools keep passwords and keys in metadata. */
export function isSecretName(name: string): boolean {
  return suspicionOf(name) !== 'none'
}

function isStrongWord(word: string): boolean {
  return STRONG.test(word) || STRONG.test(withoutDigits(word))
}

function withoutDigits(word: string): string {
  return word.replace(/\d+$/, '')
}
