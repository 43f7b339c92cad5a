import { readJsonText } from '../grid/decode.ts'
import type { Frame } from '../wire/frame.ts'
import { SectionType } from '../wire/protocol.ts'
import { malformedFrame } from '../wire/sync-error.ts'
import { parseObject } from './hello.ts'

/** The JSON of a frame that is one message: HELLO, NOTICE. */
export function readMessage(frame: Frame): string {
  const section = frame.sections.find((candidate) => candidate.type === SectionType.Message)
  if (section === undefined) throw malformedFrame('it has no MESSAGE section', { type: frame.type })
  return readJsonText(frame, section)
}

/** What a NOTICE says. */
export function readNotice(frame: Frame): { readonly kind: 'notice'; readonly code: string; readonly message: string } {
  const { code, message } = parseObject(readMessage(frame))
  if (typeof code !== 'string' || typeof message !== 'string') throw malformedFrame('NOTICE has no code or message')
  return { kind: 'notice', code, message }
}
