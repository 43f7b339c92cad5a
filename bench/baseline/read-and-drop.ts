import { connect, type Socket } from 'node:net'
import { type Call, encodeCall } from '../../lib/libvirt/call.ts'
import { CONNECT_READ_ONLY, STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { getAllDomainStats } from '../../lib/libvirt/procedures/bulk-stats.ts'
import { authList, connectOpen } from '../../lib/libvirt/procedures/connection.ts'

const LENGTH_BYTES = 4
/** More than a socket of this machine holds, so that a read takes whatever is there. */
const READ_BYTES = 1 << 20

/**
 * The floor of a poll: asks as we do, reads the same bytes from the same socket into one buffer, and looks at nothing
 * but their number.
 */
export class ReadAndDrop {
  readonly #socket: Socket
  readonly #buffer = new Uint8Array(READ_BYTES)
  #serial = 0
  /** Bytes of the reply under way that are missing; null until its length is known. */
  #missing: number | null = null
  #whole: () => void = () => {}

  private constructor(path: string) {
    const callback = (bytes: number) => {
      if (this.#missing === null && bytes < LENGTH_BYTES) throw new Error('a first read shorter than a length word')
      this.#missing ??= new DataView(this.#buffer.buffer).getUint32(0)
      this.#missing -= bytes
      if (this.#missing === 0) this.#whole()
      return true
    }
    this.#socket = connect({ path, onread: { buffer: this.#buffer, callback } })
  }

  /** Connects to the socket that a URI names and opens the connection read-only. */
  static async open(uri: string): Promise<ReadAndDrop> {
    const client = new ReadAndDrop(new URL(uri).searchParams.get('socket') ?? '')
    await client.#ask(authList)
    await client.#ask(connectOpen('qemu:///system', CONNECT_READ_ONLY))
    return client
  }

  /** One bulk call; settles when its last byte was read. */
  poll(groups: number): Promise<void> {
    return this.#ask(getAllDomainStats({ groups, flags: STATS_NOWAIT }))
  }

  close(): void {
    this.#socket.destroy()
  }

  #ask(call: Call<unknown>): Promise<void> {
    this.#missing = null
    this.#socket.write(encodeCall(call, this.#serial++))
    return new Promise((resolve) => {
      this.#whole = resolve
    })
  }
}
