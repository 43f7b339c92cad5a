import { displayText } from '../../lib/view/display-text.ts'

/** A name from outside: marks instead of control and direction characters, and its own direction. */
export function SafeText({ text }: { text: string }) {
  return <bdi>{displayText(text)}</bdi>
}
