import type { Report, State } from '@watchman/core'
import { script, style } from './assets.ts'
import { count, formatTime, truncate } from './format.ts'
import { type Html, html, trusted, write } from './html.ts'
import { favicon, type IconName, icon, sprite } from './icons.ts'
import { type RowContext, section } from './row.ts'
import { byState, type CheckGroup, type Row, STATES } from './rows.ts'

/** What the page is made of. */
export interface PageContext extends RowContext {
  readonly title: string
  /** Milliseconds between updates. */
  readonly refresh: number
  /** Seconds between reloads without JavaScript. */
  readonly reload: number
  /** The query parameter that carries the token of this request; empty if it has none. */
  readonly tokenName: string
  /** Where the JSON of the same report is. */
  readonly json: string
}

/** Maximum number of problems that are named beside the verdict. */
const MAX_PROBLEM_LINKS = 8

/** While a target is pending, the page is updated after this many milliseconds, or reloaded after this many seconds. */
const PENDING_REFRESH = 1000
const PENDING_RELOAD = 2

/** Renders the complete page. */
export function page(report: Report, groups: readonly CheckGroup[], context: PageContext): string {
  const { title, tokenName, json, now } = context
  const rows = groups.flatMap((group) => group.rows)
  const isPending = rows.some(({ state }) => state === 'pending')
  const refresh = isPending ? Math.min(PENDING_REFRESH, context.refresh) : context.refresh
  const reload = isPending ? Math.min(PENDING_RELOAD, context.reload) : context.reload
  const verdict = verdictOf(report, rows)
  const iconName: IconName = rows.length > 0 ? report.state : 'none'
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
        <link rel="icon" href="${favicon(iconName)}" data-no-answer="${favicon('no-answer')}">
        <style>${trusted(style)}</style>
      </head>
      <body data-refresh="${refresh}" data-token="${tokenName}">
        ${sprite}
        <header id="band" class="${iconName}">
          <p class="title"><bdi>${title}</bdi></p>
          <h1>${icon(iconName)}<span id="verdict" aria-live="polite">${verdict}</span></h1>
          ${held(report)}
          ${problemLinks(groups)}
          <p id="tally">${tally(report, groups, rows)}</p>
        </header>
        <main>
          ${rows[0] && filter}
          ${groups.map((group) => section(group, context))}
        </main>
        <footer>
          <p>
            Last update <time datetime="${new Date(now).toISOString()}">${formatTime(now)}</time>
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

/** Shown only with JavaScript, which filters. */
const filter = html`
  <div class="filter">
    <label for="filter">Filter</label>
    <input id="filter" type="search" placeholder="Name, state or cause" autocomplete="off" aria-describedby="shown">
    <output id="shown" for="filter"></output>
  </div>`

/** The state of the whole in a few words. A report without results has a message instead. */
function verdictOf({ state, body }: Report, rows: readonly Row[]): string {
  if (rows.length === 0) return typeof body.message === 'string' ? body.message : 'No checks found'
  return state === 'ok' ? 'All systems go' : counted(rows, state)
}

/** Why readiness is held, while it is. */
function held({ held }: Report): Html | undefined {
  return held === undefined ? undefined : html`<p id="held">Readiness held: <bdi>${truncate(held)}</bdi></p>`
}

/** The problems by name, each a link to its row. */
function problemLinks(groups: readonly CheckGroup[]): Html | undefined {
  const problems = groups.flatMap(({ name, rows, isNamed }) =>
    rows.filter(({ state }) => state !== 'ok').map((row) => ({ row, name, isNamed })),
  )
  if (problems.length === 0) return undefined
  problems.sort((a, b) => byState(a.row, b.row))
  const links = problems.slice(0, MAX_PROBLEM_LINKS).map(({ row, name, isNamed }) => {
    const target = isNamed ? html` <bdi>${truncate(row.name)}</bdi>` : undefined
    return html`<li>${icon(row.displayState)}<a href="#${row.id}"><bdi>${truncate(name)}</bdi>${target}</a></li>`
  })
  const more = problems.length - MAX_PROBLEM_LINKS
  return html`<ul id="problems">${links}${more > 0 ? html`<li>and ${more} more</li>` : undefined}</ul>`
}

/** What the verdict leaves out, in numbers: `1 degraded · 5 ok · 8 targets in 5 checks`. */
function tally({ state, body }: Report, groups: readonly CheckGroup[], rows: readonly Row[]): string {
  if (rows.length === 0) {
    return body.error === 404
      ? 'No checks are configured, or the query selects none.'
      : 'Checks no longer run.'
  }
  const present = STATES.filter((one) => rows.some((row) => row.state === one))
  const isInVerdict = (one: State) => one === state && (state !== 'ok' || present.length === 1)
  const others = present.filter((one) => !isInVerdict(one)).map((one) => counted(rows, one))
  return [...others, `${count(rows.length, 'target')} in ${count(groups.length, 'check')}`].join(' · ')
}

function counted(rows: readonly Row[], state: State): string {
  return `${rows.filter((row) => row.state === state).length} ${state}`
}
