import { bytesOfHex } from '../../../lib/xdr/testing/byte-builder.ts'

/** What a guest without an operating system does once its firmware has read the first sector of its disk. */
export type GuestLoad =
  /** One vCPU at 100 %. */
  | 'spin'
  /** Reads 16 sectors through the firmware, for ever: about a thousand reads a second. */
  | 'read'
  /** The same until the guest is reset; sleeps after that. */
  | 'read-until-reset'
  /** Fills 12 MiB of memory once and half a MiB of it again at each tick of the firmware's clock, 18 times a second. */
  | 'write'
  /** Gives up vCPUs, disks and NICs that are asked back, at each tick of the firmware's clock; else sleeps. */
  | 'unplug'
  /** Sleeps. */
  | 'halt'

const CODE: Readonly<Record<GuestLoad, string>> = {
  // jmp $
  spin: 'eb fe',
  // xor ax,ax; mov es,ax; mov bx,8000h; mov ax,0210h; mov cx,1; mov dx,80h; int 13h; jmp to `mov ax`
  read: '31c0 8ec0 bb0080 b81002 b90100 ba8000 cd13 ebf3',
  // A byte of the clock's memory outlives a reset. mov al,50h; out 70h,al; in al,71h; cmp al,5ah; je `halt`; mov al,50h;
  // out 70h,al; mov al,5ah; out 71h,al; then as `read`. halt: cli; hlt; jmp `halt`
  'read-until-reset': [
    'b050 e670 e471 3c5a 741c b050 e670 b05a e671',
    '31c0 8ec0 bb0080 b81002 b90100 ba8000 cd13 ebf3 fa f4 ebfc',
  ].join(' '),
  // cli; xor ax,ax; mov ds,ax; lgdt [7c3ch]; mov eax,cr0; or al,1; mov cr0,eax; mov bx,8; mov es,bx; and al,0feh;
  // mov cr0,eax; xor bx,bx; mov es,bx: `es` now reaches all memory. mov ecx,300000h; fill: mov edi,100000h; rep stosd;
  // sti; hlt; inc eax; mov ecx,20000h; jmp to `fill`. Then the table for lgdt: its length and place, an empty entry, and
  // one for all memory.
  write: [
    'fa 31c0 8ed8 0f01163c7c 0f20c0 0c01 0f22c0 bb0800 8ec3 24fe 0f22c0 31db 8ec3',
    '66b900003000 66bf00001000 6766f3ab fb f4 6640 66b900000200 ebea',
    '0f00 427c0000 0000000000000000 ffff00000092cf00',
  ].join(' '),
  // sti; eax=0 to port 0af00h, which chooses vCPU 0 and, the first time, the registers as they are now.
  // loop: eax=0 to 0ae10h (PCI bus 0); eax from 0ae04h (slots asked back) to 0ae08h (slots given up). cl=7.
  // vcpu: cl to 0af00h; al from 0af04h; and al,4 (asked back); if so al to 0af04h (seen), 8 to 0af04h (given up).
  // dec cl; jnz to `vcpu`; hlt; jmp to `loop`.
  // See QEMU's docs/specs/acpi_cpu_hotplug.rst and acpi_pci_hotplug.rst.
  unplug: [
    'fb 6631c0 ba00af 66ef',
    'ba10ae 6631c0 66ef ba04ae 66ed ba08ae 66ef b107',
    'ba00af 660fb6c1 66ef ba04af ec 2404 7404 ee b008 ee fec9 75e7',
    'f4 ebd0',
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
