import { ownAddress } from '../ui/address.ts'

/** A socket as the feed needs it. */
export interface FeedSocket {
  send(message: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

export interface FeedSocketEvents {
  opened(): void
  /** A frame; its bytes belong to the receiver. Null for a message that is not binary. */
  received(frame: Uint8Array | null): void
  /** The socket is closed, or could not be opened; nothing comes after it. */
  closed(code: number, reason: string): void
}

export type CreateSocket = (url: string, subprotocol: string, events: FeedSocketEvents) => FeedSocket

/** The browser's WebSocket. */
export const browserSocket: CreateSocket = (url, subprotocol, events) => {
  const socket = new WebSocket(url, subprotocol)
  socket.binaryType = 'arraybuffer'
  socket.onopen = () => events.opened()
  socket.onmessage = ({ data }: MessageEvent<unknown>) =>
    events.received(data instanceof ArrayBuffer ? new Uint8Array(data) : null)
  socket.onclose = ({ code, reason }) => events.closed(code, reason)
  return {
    send: (message) => socket.send(message),
    close: (code, reason) => socket.close(code, reason),
  }
}

/** Address of the stream beside a page. */
export function streamUrl(page: { readonly protocol: string; readonly host: string }): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}${ownAddress('/api/v1/stream')}`
}
