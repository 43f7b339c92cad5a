import { writeFileSync } from 'node:fs'
import path from 'node:path'

/** The emulator of Debian's packages. */
const QEMU = '/usr/bin/qemu-system-x86_64'

/**
 * Writes an emulator that runs all vCPUs of an emulated guest in one thread, as QEMU does by itself where its two
 * architectures order memory differently.
 *
 * @returns the XML that makes a guest use it, for `GuestPlan.xml.devices`.
 */
export function oneThreadEmulator(folder: string): string {
  const file = path.join(folder, 'one-thread')
  const script = `#!/bin/bash
arguments=()
for argument in "$@"; do
  [ "$argument" = tcg ] && argument=tcg,thread=single
  arguments+=("$argument")
done
exec ${QEMU} "\${arguments[@]}"
`
  writeFileSync(file, script, { mode: 0o755 })
  return `<emulator>${file}</emulator>`
}
