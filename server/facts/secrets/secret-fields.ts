import type { NamedElement } from '../named-element.ts'
import { MAX_CONTENT_CHARS } from '../xml-tree.ts'
import { isSecretName, KEPT_BACK, suspicionOf, wordsOf } from './secret-names.ts'
import { endsWithSecretName, speaksOfSecret, withoutSecrets } from './secret-texts.ts'

/** One value of a tree, as it is shown. */
export interface ShownField {
  readonly path: string
  readonly value: string
  /** How many values are kept back in it. */
  readonly kept: number
}

/** Names of what only says what something else is: its value is shown, and tells of the others. */
const LABEL =
  /^(?:name|key|id|label|k|n|title|field|property|prop|var|variable|param|parameter|option|attribute|attr|type|kind|ref|term|dt|header)$/
/** A flag that says that what stands beside it is secret. */
const FLAG =
  /(?:^| )(?:sensitive|masked|hidden|confidential|encrypted|protected|private|redacted|obfuscated|no ?(?:log|echo|display))$/
const SAYS_YES = /^(?:|true|yes|1|on|y)$/i
/** Elements that are part of a sentence. */
const INLINE = /^(?:[a-z]|em|strong|span|font|tt|code|br)$/i
/** Longest text that can be the name of another. */
const MAX_LABEL = 80
const MAX_NAME = 64

/**
 * Flattens an element to its values, without secrets: a value is kept back when its name or that of anything around it
 * is that of a secret, when a text beside it is such a name, or when it holds a secret itself.
 *
 * @remarks Names and values come in pairs of attributes, of elements in an element, of elements in turn, and of texts in
 * several pieces. Where it is not clear what belongs to a name, everything beside it is kept back.
 */
export function shownFields(element: NamedElement, most: number, budget: LookBudget): ShownFields {
  const flattening = new Flattening(most, budget)
  flattening.add(element, element.name.slice(0, MAX_NAME), false)
  return flattening
}

/** Signs of text left to look at, counted down: what is beyond is kept back unseen. */
export interface LookBudget {
  chars: number
}

export interface ShownFields {
  readonly fields: readonly ShownField[]
  /** Values beyond the limit. */
  readonly omitted: number
}

class Flattening implements ShownFields {
  readonly fields: ShownField[] = []
  omitted = 0
  readonly #most: number
  readonly #budget: LookBudget

  constructor(most: number, budget: LookBudget) {
    this.#most = most
    this.#budget = budget
  }

  add(element: NamedElement, path: string, isHidden: boolean, isLabel = false): void {
    const { attributes, children, text } = element
    if (this.fields.length >= this.#most) {
      this.omitted += valuesIn(element)
      return
    }
    const isSecret = isHidden || ((isSecretName(element.name) || isSecretOrigin(element)) && !isLabel)
    const labels = attributes.filter((pair) => isAttributeLabel(pair))
    const beside = labels.length > 0 || isLogin(element) || (children.length > 0 && isSplitSecret(element))
    const isNamedByText = attributes.length > 0 && isLabelText(text)
    for (const pair of attributes) {
      const [name, value, prefix] = pair
      const isOwnLabel = labels.includes(pair) && (isLabel || LABEL.test(lastWord(name)))
      const isLoneKey = wordsOf(name) === 'key' && attributes.length === 1 && text === '' && children.length === 0
      const isOfSecret = isSecret || isNamedByText || suspicionOf(prefix) === 'strong'
      const hide = isOfSecret || isSecretName(name) || isLoneKey || (labels.length > 0 && !isOwnLabel)
      this.#tell(
        `${path}@${name.slice(0, MAX_NAME)}`,
        value,
        hide && !(isOwnLabel && !isOfSecret && !isSecretName(name)),
      )
    }
    const siblings = new Siblings(children)
    if (text !== '') this.#tell(path, text, (isSecret || beside || siblings.found) && !(isLabel && !isSecret))
    children.forEach((child, i) => {
      const hide = isSecret || beside || siblings.hides(i)
      this.add(child, `${path}/${child.name.slice(0, MAX_NAME)}`, hide, !isSecret && !beside && siblings.isLabel(i))
    })
  }

  #tell(path: string, value: string, isHidden: boolean): void {
    if (this.fields.length >= this.#most) this.omitted++
    else if (value === '') this.fields.push({ path, value, kept: 0 })
    else if ((isHidden && !isPublicKey(value)) || this.#budget.chars < 0) {
      this.fields.push({ path, value: KEPT_BACK, kept: 1 })
    } else {
      this.#budget.chars -= value.length
      const { text, kept } = withoutSecrets(value)
      this.fields.push({ path, value: text, kept })
    }
  }
}

/** Which children of one element are secret, as another one says so. */
class Siblings {
  readonly #hidden = new Set<number>()
  readonly #labels = new Set<number>()
  #all = false

  constructor(children: readonly NamedElement[]) {
    children.forEach((child, i) => {
      if (isFlag(child)) this.#hideAround(children, i, false)
      else if (isEmptySecret(child)) this.#hidden.add(i + 1)
      else if (isLabelElement(child)) this.#hideAround(children, i, true)
      else if (isListOfNames(child)) this.#all = true
      else if (isLoneKey(child, children)) this.#hidden.add(i)
    })
  }

  get found(): boolean {
    return this.#all || this.#hidden.size > 0
  }

  hides(i: number): boolean {
    return (this.#all || this.#hidden.has(i)) && !this.#labels.has(i)
  }

  isLabel(i: number): boolean {
    return this.#labels.has(i)
  }

  #hideAround(children: readonly NamedElement[], at: number, isLabel: boolean): void {
    const section = isLabel && !this.#all ? sectionOf(children, at) : null
    if (section === null) this.#all = true
    else for (let i = section.from; i < section.to; i++) this.#hidden.add(i)
    if (isLabel && LABEL.test(lastWord(children[at]!.name))) this.#labels.add(at)
    else this.#hidden.add(at)
  }
}

/** What belongs to a label when labels and values come in turn; null when it may be everything beside it. */
function sectionOf(
  children: readonly NamedElement[],
  at: number,
): { readonly from: number; readonly to: number } | null {
  const { name } = children[at]!
  const labels = children.flatMap((child, i) => (child.name === name ? [i] : []))
  const inTurn =
    labels.length > 1 && labels[0] === 0 && labels.every((i, nth) => (labels[nth + 1] ?? children.length) - i > 1)
  return inTurn ? { from: at + 1, to: labels.find((i) => i > at) ?? children.length } : null
}

/** The only text, or else attribute, of an element, however deep: what it would be the name of. */
function soleText({ attributes, children, text }: NamedElement): string | null {
  if (text !== '') return children.length === 0 ? text : null
  if (attributes.length === 1 && children.length === 0) return attributes[0]![1]
  return children.length === 1 ? soleText(children[0]!) : null
}

/** Whether elements of one name hold names, one of them a secret's: the values may be in another list. */
function isListOfNames({ children }: NamedElement): boolean {
  const isList =
    children.length > 1 &&
    children.every((child) => child.name === children[0]!.name && child.children.length === 0 && child.text !== '')
  return isList && children.some(isLabelElement)
}

/** Whether a prefix or a namespace is the word for a secret. */
function isSecretOrigin({ prefix, namespace }: NamedElement): boolean {
  const place = namespace.split(/[/:#]/).findLast((part) => part !== '' && !/^v?\d[\w.]*$/i.test(part)) ?? ''
  return suspicionOf(prefix) === 'strong' || suspicionOf(place) === 'strong'
}

/** `<login user="root">secret</login>` */
function isLogin({ name, attributes, text }: NamedElement): boolean {
  return (
    text !== '' && /^(?:log ?[io]n|sign ?in)$/.test(wordsOf(name)) && attributes.some(([own]) => /user|name/i.test(own))
  )
}

function isLabelElement(element: NamedElement): boolean {
  // What has the name of a secret holds one, as `<password>secret</password>`.
  if (isSecretName(element.name) && !LABEL.test(lastWord(element.name))) return false
  const text = soleText(element)
  return text !== null && isLabelText(text)
}

function isLabelText(text: string): boolean {
  return (endsWithSecretName(text) && (text.length <= MAX_LABEL || text.includes('BEGIN '))) || speaksOfSecret(text)
}

function isEmptySecret({ name, attributes, content }: NamedElement): boolean {
  return attributes.length === 0 && content === '' && isSecretName(name)
}

function isFlag({ name, children, text }: NamedElement): boolean {
  return children.length === 0 && SAYS_YES.test(text) && text !== '' && (isSecretName(name) || FLAG.test(wordsOf(name)))
}

function isLoneKey({ name, children }: NamedElement, siblings: readonly NamedElement[]): boolean {
  return wordsOf(name) === 'key' && children.length === 0 && siblings.length === 1
}

function isAttributeLabel([name, value]: NamedElement['attributes'][number]): boolean {
  const isSecret = isSecretName(name)
  if (SAYS_YES.test(value)) return isSecret || FLAG.test(wordsOf(name))
  if (isSecret && !LABEL.test(lastWord(name))) return false
  return (value.length <= MAX_LABEL && endsWithSecretName(value)) || speaksOfSecret(value)
}

/** Whether text in several pieces is a secret only as a whole: `<p>pass<b>word: k</b></p>`. */
function isSplitSecret({ text, children, content }: NamedElement): boolean {
  if (text !== '' && content.length >= MAX_CONTENT_CHARS) return true
  if (text !== '')
    return endsWithSecretName(text) || hasSecret(text) || hasSecret(content) || hasSecret(spaced(text, children))
  const arePieces = children.every(
    (child) => child.children.length === 0 && child.attributes.length === 0 && isPiece(child, children[0]!),
  )
  if (!arePieces || !hasSecret(content)) return false
  return !children.some((child) => hasSecret(child.text) || isSecretName(child.name) || isLabelElement(child))
}

/** Whether an element may be part of a text that others continue. */
function isPiece({ name }: NamedElement, first: NamedElement): boolean {
  return name === first.name || INLINE.test(name)
}

function spaced(text: string, children: readonly NamedElement[]): string {
  return [text, ...children.map(({ content }) => content)].join(' ')
}

function hasSecret(text: string): boolean {
  return withoutSecrets(text).kept > 0
}

function lastWord(name: string): string {
  return wordsOf(name).split(' ').at(-1)!
}

/** Keys that are made to be shown stay, also under the name of a key. */
function isPublicKey(value: string): boolean {
  return value
    .split('\n')
    .every((line) =>
      /^\s*(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-[\w-]+@openssh\.com) AAAA[A-Za-z0-9+/]+={0,2}(?: [\w.@-]+)?\s*$/.test(
        line,
      ),
    )
}

function valuesIn({ attributes, children, text }: NamedElement): number {
  return children.reduce((sum, child) => sum + valuesIn(child), attributes.length + (text === '' ? 0 : 1))
}
