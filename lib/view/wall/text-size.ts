/** Cap height of the font (Inter), as a share of its size. */
const CAP_SHARE = 0.727
/** Height of a row, as a multiple of the font's size. */
const ROW_SHARE = 1.38
const MM_PER_INCH = 25.4
/** A distance is so many times the height of the capitals that can be read from there with ease: 17 minutes of arc. */
const CAP_HEIGHTS_AWAY = 200
/** Below this no browser draws text that anybody reads. */
const LEAST_FONT_PX = 9

export interface Stage {
  readonly widthPx: number
  readonly heightPx: number
}

export interface TextSize {
  readonly fontPx: number
  readonly rowPx: number
}

/**
 * The size of text on a screen that is read from a distance: the least at which capitals are as high as a two-hundredth of
 * it. On 55 inches in landscape, 3 m away, that is 24 rows.
 *
 * @param distance - Metres.
 * @param screen - Diagonal of the screen, inches.
 */
export function textSize({ widthPx, heightPx }: Stage, distance: number, screen: number): TextSize {
  const pxPerMm = Math.hypot(widthPx, heightPx) / (screen * MM_PER_INCH)
  const capPx = ((distance * 1000) / CAP_HEIGHTS_AWAY) * pxPerMm
  const fontPx = Math.max(LEAST_FONT_PX, Math.ceil((capPx / CAP_SHARE) * 10) / 10)
  return { fontPx, rowPx: Math.max(Math.ceil(fontPx), Math.floor(fontPx * ROW_SHARE)) }
}
