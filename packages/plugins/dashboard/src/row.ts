import type { Cause } from './details.ts'
import { count, formatAgo, formatDuration, formatSpan, formatTime, truncate } from './format.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import type { CheckGroup, Row } from './rows.ts'
import { sparkline } from './sparkline.ts'

/** What is the same for all rows of a page. */
export interface RowContext {
  /** When the page is made, in milliseconds since the epoch. */
  readonly now: number
  /** How many runs a sparkline has room for. */
  readonly limit: number
}

/** Renders a check and its targets. A check without named targets is one row, with its heading as the name. */
export function section({ id, name, rows, isNamed }: CheckGroup, context: RowContext): Html {
  const heading = html`<h2 id="${id}h"><bdi>${truncate(name)}</bdi></h2>`
  const head = html`<div class="head">${heading}<span>${count(rows.length, 'target')}</span></div>`
  const items = rows.map((row) =>
    item(row, isNamed ? html`<bdi>${truncate(row.name)}</bdi>` : heading, context),
  )
  return html`
    <section id="${id}" aria-labelledby="${id}h">
      ${isNamed ? head : undefined}
      <ul>${items}</ul>
    </section>`
}

function item(row: Row, title: Html, context: RowContext): Html {
  const { id, state, displayState, runs } = row
  return html`
    <li id="${id}" class="row ${state}">
      <span class="state">${icon(displayState)}${stateText(row)}</span>
      <span class="name">${title}</span>
      ${sparkline(runs, context.limit)}
      ${times(row, context)}
      ${details(row)}
    </li>`
}

function stateText({ displayState, runs }: Row): string {
  if (displayState === 'pending') return runs[0] ? 'waiting' : 'not yet run'
  return displayState.replace('-', ' ')
}

/** Renders how long the latest run took, when it started, and since when the state has lasted. */
function times({ latest, since, isSinceFirstRun }: Row, { now }: RowContext): Html | undefined {
  if (!latest) return undefined
  const { startedAt, duration } = latest
  return html`
    <span class="duration">${formatDuration(duration)}</span>
    ${time('ran', startedAt, formatTime(startedAt), `ran ${formatAgo(now - startedAt)}`)}
    ${since === undefined ? undefined : lasting(since, isSinceFirstRun, now - since)}`
}

/** Renders `for 3 h`, or `for 3 h+` where the state may have begun before this process. */
function lasting(since: number, isSinceFirstRun: boolean, age: number): Html {
  const exact = isSinceFirstRun
    ? `since the first run in this process, ${formatTime(since)}`
    : `since ${formatTime(since)}`
  return time(
    'since',
    since,
    exact,
    age < 1000 ? 'since just now' : `for ${formatSpan(age)}${isSinceFirstRun ? '+' : ''}`,
  )
}

function time(name: string, epoch: number, exact: string, text: string): Html {
  return html`<time class="${name}" datetime="${new Date(epoch).toISOString()}" title="${exact}">${text}</time>`
}

/** Renders why a target is not ok, and its values. */
function details({ id, state, causes, values }: Row): Html | undefined {
  const isUnexplained = causes.length === 0 && (state === 'failing' || state === 'degraded')
  const shown = isUnexplained ? [{ path: '', text: 'No reason is given.', stack: '' }] : causes
  if (shown.length + values.length === 0) return undefined
  const list = values.map(
    ({ path, text }) => html`<div><dt><bdi>${truncate(path)}</bdi></dt><dd><bdi>${text}</bdi></dd></div>`,
  )
  return html`
    <div class="details">
      ${shown.map((one, index) => cause(one, `${id}s${index}`))}
      ${list[0] && html`<dl>${list}</dl>`}
    </div>`
}

function cause({ path, text, stack }: Cause, id: string): Html {
  const place = path && html`<b><bdi>${truncate(path)}</bdi></b> `
  const trace = html`<details id="${id}"><summary>Stack trace</summary><pre dir="ltr">${stack}</pre></details>`
  return html`
    <p class="cause">${place}<bdi>${text || 'No reason is given.'}</bdi></p>
    ${stack && trace}`
}
