'use client'

import { useState } from 'react'
import { useFeed } from '../../live/use-fleet.tsx'
import { useNow } from '../../shell/use-interval.ts'
import { Modal } from '../../ui/modal.tsx'
import { countSilentGuests } from './silent-guests.ts'

const RECOUNT_MS = 5000

/** Says how many running guests give no memory statistics, why that is, and the line that changes it. */
export function GuestMemoryNote() {
  const feed = useFeed()
  const [open, setOpen] = useState(false)
  useNow(RECOUNT_MS)
  const silent = countSilentGuests(feed.fleet)
  // An open explanation stays until it is closed, also when the last guest starts to talk.
  if (silent === 0 && !open) return null
  return (
    <>
      <button type="button" className="plain note" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {silent.toLocaleString('en')} {silent === 1 ? 'domain gives' : 'domains give'} no guest memory
      </button>
      {open && (
        <Modal title="Guests without memory statistics" onClose={() => setOpen(false)}>
          <div className="prose">
            <p>
              What a guest uses of its memory only the guest knows. It tells through its balloon driver, and only when
              libvirt is told to ask. For the others the column shows what their process takes on the host (RSS), in
              italics.
            </p>
            <p>
              On the host, this asks a running domain every 10 seconds, until it stops. Whoever may change the domain
              can run it; Domscope cannot and will not.
            </p>
            <pre>virsh dommemstat DOMAIN --period 10 --live</pre>
            <p>To keep it, add this to the domain&apos;s definition:</p>
            <pre>{"<memballoon model='virtio'><stats period='10'/></memballoon>"}</pre>
            <p>
              A guest that stays silent after that has no balloon driver: in Linux it is the module virtio_balloon, in
              Windows it comes with the virtio drivers.
            </p>
          </div>
        </Modal>
      )}
    </>
  )
}
