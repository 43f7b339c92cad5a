import type { QueryPair } from '../query-string.ts'
import { formatQuery, parseQuery } from '../query-string.ts'
import type { Theme } from '../view-state.ts'
import { THEMES } from '../view-state.ts'
import type { WallPanel } from './wall-panel.ts'
import { formatPanel, readPanel } from './wall-panel.ts'

/** One picture of a wall: panels over the domains that a filter leaves, for some seconds. */
export interface WallPicture {
  readonly panels: readonly WallPanel[]
  /** As in the filter box of the fleet page. */
  readonly filter: string
  /** How long the picture stays when there are several. */
  readonly seconds: number
}

/** All that a link to a wall says. */
export interface WallChoice {
  readonly pictures: readonly WallPicture[]
  readonly theme: Theme
  /** How far away the furthest reader is, metres. */
  readonly distance: number
  /** Diagonal of the screen, inches. */
  readonly screen: number
}

export interface ParsedWall {
  readonly wall: WallChoice
  /** What the link said that made no sense, one sentence each. Those parts are at their defaults. */
  readonly problems: readonly string[]
}

export const MAX_PICTURES = 12
export const MAX_PANELS = 12
export const SECONDS = { least: 5, most: 3600 } as const
export const DISTANCE = { least: 0.5, most: 20 } as const
export const SCREEN = { least: 5, most: 300 } as const

export const DEFAULT_PICTURE: WallPicture = {
  panels: [
    { kind: 'totals' },
    { kind: 'conditions' },
    { kind: 'top', metric: 'cpuPercent', count: null },
    { kind: 'top', metric: 'stealWorstPercent', count: null },
    { kind: 'heat', metric: 'cpuPercent' },
    { kind: 'hosts' },
    { kind: 'events' },
  ],
  filter: '',
  seconds: 30,
}

export const DEFAULT_WALL: WallChoice = { pictures: [DEFAULT_PICTURE], theme: 'dark', distance: 3, screen: 55 }

/**
 * Reads a wall from the query part of a link: `panels`, `q` and `cycle` are the first picture, `panels2`, `q2` and
 * `cycle2` the second, and so on. Other parameters are ignored.
 */
export function parseWall(query: string): ParsedWall {
  const given = parseQuery(query)
  const problems: string[] = []
  const theme = THEMES.find((one) => one === given.get('theme'))
  if (theme === undefined && given.has('theme'))
    problems.push(`The link's theme “${given.get('theme')}” is none of ${THEMES.join(', ')}.`)
  return {
    wall: {
      pictures: readPictures(given, problems),
      theme: theme ?? DEFAULT_WALL.theme,
      distance: readNumber(given.get('dist'), 'dist', DISTANCE, DEFAULT_WALL.distance, problems),
      screen: readNumber(given.get('screen'), 'screen', SCREEN, DEFAULT_WALL.screen, problems),
    },
    problems,
  }
}

/** The query part of the link to a wall, without `?`. */
export function formatWall({ pictures, theme, distance, screen }: WallChoice): string {
  const pairs: QueryPair[] = [
    ['theme', theme],
    ['dist', String(distance)],
    ['screen', String(screen)],
  ]
  for (const [index, { panels, filter, seconds }] of pictures.entries()) {
    const suffix = suffixOf(index)
    pairs.push([`panels${suffix}`, panels.map(formatPanel).join(',')])
    if (filter.trim() !== '') pairs.push([`q${suffix}`, filter])
    if (pictures.length > 1) pairs.push([`cycle${suffix}`, String(seconds)])
  }
  return formatQuery(pairs)
}

function suffixOf(index: number): string {
  return index === 0 ? '' : String(index + 1)
}

function readPictures(given: ReadonlyMap<string, string>, problems: string[]): readonly WallPicture[] {
  const pictures: WallPicture[] = []
  for (let index = 0; index < MAX_PICTURES; index++) {
    const suffix = suffixOf(index)
    const text = given.get(`panels${suffix}`)
    const filter = given.get(`q${suffix}`) ?? ''
    const seconds = given.get(`cycle${suffix}`)
    if (text === undefined && index > 0) continue
    pictures.push({
      panels: text === undefined ? DEFAULT_PICTURE.panels : readPanels(text, problems),
      filter,
      seconds: readNumber(seconds, `cycle${suffix}`, SECONDS, DEFAULT_PICTURE.seconds, problems),
    })
  }
  return pictures
}

function readPanels(text: string, problems: string[]): readonly WallPanel[] {
  const panels: WallPanel[] = []
  for (const part of text.split(',')) {
    const read = readPanel(part.trim())
    if (!read.ok) problems.push(read.message)
    else if (panels.length < MAX_PANELS) panels.push(read.panel)
    else problems.push(`A picture has at most ${MAX_PANELS} panels; “${part}” was left out.`)
  }
  return panels.length === 0 ? DEFAULT_PICTURE.panels : panels
}

interface Range {
  readonly least: number
  readonly most: number
}

function readNumber(
  text: string | undefined,
  name: string,
  { least, most }: Range,
  fallback: number,
  problems: string[],
): number {
  if (text === undefined) return fallback
  const value = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  problems.push(`The link's ${name} “${text}” was ignored: it must be a number from ${least} to ${most}.`)
  return fallback
}
