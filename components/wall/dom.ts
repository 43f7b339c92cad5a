/** A new element with a class. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  made.className = className
  return made
}

/** Puts text into an element, if it is another: what does not change costs no layout. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** Sets an attribute, or takes it away, if it is another. */
export function setData(target: HTMLElement, name: string, value: string | null): void {
  if ((target.dataset[name] ?? null) === value) return
  if (value === null) delete target.dataset[name]
  else target.dataset[name] = value
}
