/** Bounds and flags of detail streams and events. Their meaning: docs/spec/detail.md. */

/** Flag of DETAIL_OPEN: the stretch ended in the past. */
export const DETAIL_CLOSED = 1
/** Flag of a FILL section: the track's stretch is complete. */
export const FILL_LAST = 1
/** Flag of an EVENT frame: the client forgets the events it has. */
export const EVENTS_FIRST = 1

export const FILL_HEADER_BYTES = 32
export const POINT_HEADER_BYTES = 24
/** Most `raw:` series of one request. */
export const MAX_EXTRA_SERIES = 32
/** Most points of a picture, and so buckets of a fill. */
export const MAX_PIXELS = 8192
/** Tracks of one request that a client takes; 4,096 vCPUs, disks and NICs are more than libvirt allows. */
export const MAX_TRACKS = 16_384
/** Most series of a track. */
export const MAX_SERIES = 256
/** Entries of one TRACKS or EVENTS section. */
export const MAX_TRACKS_OF_FRAME = 256
export const MAX_EVENTS_OF_FRAME = 100
/** A frame with a FILL is not longer, unless one bucket row alone is. */
export const MAX_FILL_BYTES = 64 << 10
/** DETAIL and EVENT frames without acknowledgement, and bytes, at which the server stops sending. */
export const DETAIL_WINDOW_FRAMES = 4
export const DETAIL_WINDOW_BYTES = 256 << 10
/** Longest range that can be asked for, ms: what fits the field. */
export const MAX_AGE_MS = 0xffffffff
