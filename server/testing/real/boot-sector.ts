import { bytesOfHex } from '../../../lib/xdr/testing/byte-builder.ts'

/** What a guest without an operating system does once its firmware has read the first sector of its disk. */
export type GuestLoad =
  /** One vCPU at 100 %. */
  | 'spin'
  /** Reads 16 sectors through the firmware, for ever: about a thousand reads a second. */
  | 'read'
  /** Fills 12 MiB of memory once and half a MiB of it again at each tick of the firmware's clock, 18 times a second. */
  | 'write'
  /** Sleeps. */
  | 'halt'

const CODE: Readonly<Record<GuestLoad, string>> = {
  // jmp $
  spin: 'eb fe',
  // xor ax,ax; mov es,ax; mov bx,8000h; mov ax,0210h; mov cx,1; mov dx,80h; int 13h; jmp to `mov ax`
  read: '31c0 8ec0 bb0080 b81002 b90100 ba8000 cd13 ebf3',
  // cli; xor ax,ax; mov ds,ax; lgdt [7c3ch]; mov eax,cr0; or al,1; mov cr0,eax; mov bx,8; mov es,bx; and al,0feh;
  // mov cr0,eax; xor bx,bx; mov es,bx: `es` now reaches all memory. mov ecx,300000h; fill: mov edi,100000h; rep stosd;
  // sti; hlt; inc eax; mov ecx,20000h; jmp to `fill`. Then the table for lgdt: its length and place, an empty entry, and
  // one for all memory.
  write: [
    'fa 31c0 8ed8 0f01163c7c 0f20c0 0c01 0f22c0 bb0800 8ec3 24fe 0f22c0 31db 8ec3',
    '66b900003000 66bf00001000 6766f3ab fb f4 6640 66b900000200 ebea',
    '0f00 427c0000 0000000000000000 ffff00000092cf00',
  ].join(' '),
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
