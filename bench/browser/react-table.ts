import { createElement as h, type ReactNode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { JsonFrame } from '../baseline/json-frame.ts'
import type { TableStart } from '../child/page-server.ts'

/**
 * The page that a grid is compared with: rows are objects, React renders those that show, on each change and scroll.
 *
 * @remarks Made with usual care: only visible rows are rendered, rows are keyed, production build. `?rows=` says how many.
 */

const ROW_PX = 28
const ROWS = Number(new URLSearchParams(location.search).get('rows') ?? 36)

type Row = Readonly<Record<string, string | number>>

const columnIds: string[] = ['state', 'name', 'host']

function applyFrame(rows: readonly Row[], frame: JsonFrame): Row[] {
  const changed = new Map<number, Record<string, string | number>>()
  for (const [id, { rows: places, values }] of Object.entries(frame.columns)) {
    places.forEach((place, i) => {
      let row = changed.get(place)
      if (row === undefined) {
        row = { ...rows[place] }
        changed.set(place, row)
      }
      row[id] = values[i] ?? 0
    })
  }
  return rows.map((row, place) => changed.get(place) ?? row)
}

function textOf(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '–'
  return value >= 1000 ? `${(value / 1000).toFixed(1)} k` : value.toFixed(1)
}

function Table(): ReactNode {
  const [rows, setRows] = useState<readonly Row[]>([])
  const [first, setFirst] = useState(0)
  useEffect(() => {
    const socket = new WebSocket(`ws://${location.host}/`)
    let started = false
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      // Written by the page server of the bench.
      const message = JSON.parse(data) as TableStart | JsonFrame
      if ('rows' in message && !started) {
        started = true
        columnIds.push(...Object.keys(message.frame.columns))
        setRows(applyFrame(message.rows, message.frame))
      } else if ('offset' in message) {
        setRows((before) => applyFrame(before, message))
        document.body.dataset.offset = String(message.offset)
      }
    }
    return () => socket.close()
  }, [])
  const onScroll = (event: { currentTarget: HTMLElement }) =>
    setFirst(Math.floor(event.currentTarget.scrollTop / ROW_PX))
  const cells = (row: Row) => columnIds.map((id) => h('td', { key: id }, textOf(row[id])))
  const shown = rows.slice(first, first + ROWS).map((row, i) => h('tr', { key: first + i }, ...cells(row)))
  const table = h('table', { style: { transform: `translateY(${first * ROW_PX}px)` } }, h('tbody', null, shown))
  const spacer = h('div', { style: { height: rows.length * ROW_PX } }, table)
  return h('div', { style: { height: '100%', overflowY: 'auto' }, id: 'scroller', onScroll }, spacer)
}

const root = document.getElementById('scroll')
if (root !== null) createRoot(root).render(h(Table))
