import { MAX_LIST, type XmlElement } from './xml-tree.ts'

/** Longest text that is kept of any element or attribute. */
export const MAX_FACT_CHARS = 512

/** The first child of this name. */
export function child(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((one) => one.name === name) ?? null
}

/** Children of this name, at most {@link MAX_LIST}. */
export function children(element: XmlElement | null, name: string): readonly XmlElement[] {
  return element?.children.filter((one) => one.name === name).slice(0, MAX_LIST) ?? []
}

/** Text of the first child of this name; null when there is none or it is empty. */
export function textOf(element: XmlElement | null, name: string): string | null {
  return clip(child(element, name)?.text)
}

/** An attribute; null when it is absent or empty. */
export function attribute(element: XmlElement | null, name: string): string | null {
  return clip(element?.attributes.get(name))
}

/** A number of at most 15 digits; null for anything else. */
export function wholeNumber(text: string | null): number | null {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null
}

export function clip(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  return text.length > MAX_FACT_CHARS ? `${text.slice(0, MAX_FACT_CHARS - 1)}…` : text
}
