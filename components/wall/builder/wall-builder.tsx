'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'
import { THEMES } from '../../../lib/view/view-state.ts'
import type { WallChoice, WallPicture } from '../../../lib/view/wall/wall-link.ts'
import {
  DEFAULT_WALL,
  DISTANCE,
  formatWall,
  MAX_PICTURES,
  parseWall,
  SCREEN,
} from '../../../lib/view/wall/wall-link.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import { ownAddress } from '../../ui/address.ts'
import { MakeLink } from './make-link.tsx'
import { NumberField } from './number-field.tsx'
import { PictureForm } from './picture-form.tsx'
import { WallPreview } from './wall-preview.tsx'

/** A form that builds the address of a wall, with what it will show beside it. */
export function WallBuilder() {
  const [wall, setWall] = useState<WallChoice | null>(null)
  const [isPortrait, setPortrait] = useState(false)
  // An address of a wall can be edited: the same parameters, at this page.
  useEffect(() => setWall(parseWall(window.location.search).wall), [])
  if (wall === null) return <PageFrame>{null}</PageFrame>
  const patch = (part: Partial<WallChoice>): void => setWall({ ...wall, ...part })
  return (
    <PageFrame>
      <div className="wall-builder">
        <form onSubmit={(event) => event.preventDefault()}>
          <h1>A screen on a wall</h1>
          <div className="wall-fields">
            <NumberField
              label="Read from, metres"
              value={wall.distance}
              range={DISTANCE}
              onChange={(distance) => patch({ distance })}
            />
            <NumberField
              label="Screen, inches"
              value={wall.screen}
              range={SCREEN}
              onChange={(screen) => patch({ screen })}
            />
            <label>
              Colours
              <select value={wall.theme} onChange={(event) => patch({ theme: asTheme(event.target.value) })}>
                {THEMES.map((theme) => (
                  <option key={theme}>{theme}</option>
                ))}
              </select>
            </label>
            <label className="wall-check">
              <input type="checkbox" checked={isPortrait} onChange={(event) => setPortrait(event.target.checked)} />
              Preview in portrait
            </label>
          </div>
          <Pictures pictures={wall.pictures} onChange={(pictures) => patch({ pictures })} />
        </form>
        <div>
          <WallPreview wall={wall} isPortrait={isPortrait} />
          <Address query={formatWall(wall)} />
          <MakeLink view={formatWall(wall)} />
        </div>
      </div>
    </PageFrame>
  )
}

function Pictures({
  pictures,
  onChange,
}: {
  pictures: readonly WallPicture[]
  onChange: (pictures: readonly WallPicture[]) => void
}) {
  return (
    <>
      {pictures.map((picture, index) => (
        <PictureForm
          // biome-ignore lint/suspicious/noArrayIndexKey: pictures are told apart by their place alone.
          key={index}
          picture={picture}
          index={index}
          isOnly={pictures.length === 1}
          onChange={(next) => onChange(pictures.with(index, next))}
          onRemove={() => onChange(pictures.filter((_, other) => other !== index))}
        />
      ))}
      {pictures.length < MAX_PICTURES ? (
        <button type="button" onClick={() => onChange([...pictures, DEFAULT_WALL.pictures[0]!])}>
          Another picture, in turn
        </button>
      ) : null}
    </>
  )
}

function Address({ query }: { query: string }) {
  const address = `${window.location.origin}${ownAddress('/wall')}?${query}`
  return (
    <div className="wall-address">
      <label>
        Address of the screen
        <input type="text" readOnly value={address} onFocus={(event) => event.target.select()} />
      </label>
      <Link href={`/wall?${query}`} prefetch={false} target="_blank">
        Open
      </Link>
    </div>
  )
}

function asTheme(text: string): WallChoice['theme'] {
  return THEMES.find((theme) => theme === text) ?? DEFAULT_WALL.theme
}
