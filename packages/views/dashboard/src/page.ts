import type { Report, State } from '@watchman/core'
import { script, style } from './assets.ts'
import { type Html, html, trusted, write } from './html.ts'
import { type Setting, section } from './row.ts'
import { byState, type Group, type Row } from './rows.ts'
import { favicon, mark, type Shape, sprite } from './shapes.ts'
import { brief, count, moment } from './words.ts'

/** What the page is made of. */
export interface PageContext extends Setting {
  readonly title: string
  /** Milliseconds between updates. */
  readonly refresh: number
  /** Seconds between reloads without JavaScript. */
  readonly reload: number
  /** The query parameter that may carry a token. */
  readonly tokenName: string
  /** Where the JSON of the same report is. */
  readonly json: string
}

/** So many problems are named beside the verdict. */
const NAMED = 8

/** The page, whole and self-contained. */
export function page(report: Report, groups: readonly Group[], context: PageContext): string {
  const { title, tokenName, json, now } = context
  const rows = groups.flatMap((group) => group.rows)
  // What is still being asked is shown as soon as it answers.
  const isPending = rows.some(({ state }) => state === 'pending')
  const refresh = isPending ? Math.min(1000, context.refresh) : context.refresh
  const reload = isPending ? Math.min(2, context.reload) : context.reload
  const verdict = verdictOf(report, rows)
  const shape: Shape = rows.length > 0 ? report.state : 'none'
  const document = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <noscript><meta http-equiv="refresh" content="${reload}"></noscript>
        <title>${verdict} · ${title}</title>
        <link rel="icon" href="${favicon(shape)}" data-lost="${favicon('lost')}">
        <style>${trusted(style)}</style>
      </head>
      <body data-refresh="${refresh}" data-token="${tokenName}">
        ${sprite}
        <header id="band" class="${shape}">
          <p class="title"><bdi>${title}</bdi></p>
          <h1>${mark(shape)}<span id="verdict" aria-live="polite">${verdict}</span></h1>
          ${which(groups)}
          <p id="tally">${tally(report, groups, rows)}</p>
        </header>
        <main>
          ${rows[0] && tools}
          ${groups.map((group) => section(group, context))}
        </main>
        <footer>
          <p>
            Report of <time datetime="${new Date(now).toISOString()}">${moment(now)}</time>
            <span class="live"> · live, every ${refresh / 1000} s</span>
            <span class="still"> · reloads every ${reload} s</span>
          </p>
          <p><a href="${json}" rel="noreferrer">JSON</a></p>
        </footer>
        <script>${trusted(script)}</script>
      </body>
    </html>`
  return write(document)
}

/** Shown where there is a script to filter by. */
const tools = html`
  <div class="tools">
    <label for="filter">Filter</label>
    <input id="filter" type="search" placeholder="Name, state or cause" autocomplete="off" aria-describedby="shown">
    <output id="shown" for="filter"></output>
  </div>`

/** The whole in a few words. */
function verdictOf({ state, body }: Report, rows: readonly Row[]): string {
  if (rows.length === 0) return String(body.message ?? 'No checks found')
  return state === 'ok' ? 'All systems go' : counted(rows, state)
}

/** The problems by name, each a link to its row. */
function which(groups: readonly Group[]): Html | undefined {
  const problems = groups.flatMap(({ name, rows, isNamed }) =>
    rows.filter(({ state }) => state !== 'ok').map((row) => ({ row, name, isNamed })),
  )
  if (problems.length === 0) return undefined
  problems.sort((a, b) => byState(a.row, b.row))
  const links = problems.slice(0, NAMED).map(({ row, name, isNamed }) => {
    const target = isNamed ? html` <bdi>${brief(row.name)}</bdi>` : undefined
    return html`<li>${mark(row.mark)}<a href="#${row.id}"><bdi>${brief(name)}</bdi>${target}</a></li>`
  })
  const more = problems.length - NAMED
  return html`<ul id="which">${links}${more > 0 ? html`<li>and ${more} more</li>` : undefined}</ul>`
}

/** The rest in numbers. */
function tally({ status }: Report, groups: readonly Group[], rows: readonly Row[]): string {
  if (rows.length === 0) return status === 404 ? 'There are none, or ?check= and ?skip= leave none.' : ''
  const states = (['failing', 'degraded', 'pending', 'ok'] as const).filter((state) =>
    rows.some((row) => row.state === state),
  )
  const others = states.length > 1 ? states.slice(1).map((state) => counted(rows, state)) : []
  return [...others, `${count(rows.length, 'target')} in ${count(groups.length, 'check')}`].join(' · ')
}

function counted(rows: readonly Row[], state: State): string {
  return `${rows.filter((row) => row.state === state).length} ${state}`
}
