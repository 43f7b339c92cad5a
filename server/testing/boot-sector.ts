import { bytesOfHex } from './byte-builder.ts'

/** What a guest without an operating system does once its firmware has read the first sector of its disk. */
export type GuestLoad =
  /** One vCPU at 100 %. */
  | 'spin'
  /** Reads 16 sectors through the firmware, for ever: about a thousand reads a second. */
  | 'read'
  /** Sleeps. */
  | 'halt'

const CODE: Readonly<Record<GuestLoad, string>> = {
  // jmp $
  spin: 'eb fe',
  // xor ax,ax; mov es,ax; mov bx,8000h; mov ax,0210h; mov cx,1; mov dx,80h; int 13h; jmp to `mov ax`
  read: '31c0 8ec0 bb0080 b81002 b90100 ba8000 cd13 ebf3',
  // cli; hlt; jmp to `cli`
  halt: 'fa f4 eb fc',
}

const SECTOR_BYTES = 512

/** A raw disk that boots into `load`. */
export function bootableDisk(load: GuestLoad, bytes = 8 * 1024 * 1024): Uint8Array {
  const disk = new Uint8Array(bytes)
  disk.set(bytesOfHex(CODE[load]))
  disk.set([0x55, 0xaa], SECTOR_BYTES - 2)
  return disk
}
