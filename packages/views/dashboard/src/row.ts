import type { Cause, Facts } from './facts.ts'
import { type Html, html } from './html.ts'
import type { Group, Row } from './rows.ts'
import { mark } from './shapes.ts'
import { sparkline } from './sparkline.ts'
import { ago, brief, count, duration as inUnits, moment, span } from './words.ts'

/** What is the same for all rows of a page. */
export interface Setting {
  /** When the page is made, in milliseconds since the epoch. */
  readonly now: number
  /** How many runs a sparkline has room for. */
  readonly limit: number
}

/** A check and its targets. A check without named targets is one row, which its heading names. */
export function section({ id, name, rows, isNamed, facts }: Group, setting: Setting): Html {
  const heading = html`<h2 id="${id}h"><bdi>${brief(name)}</bdi></h2>`
  const head = html`<div class="head">${heading}<span>${count(rows.length, 'target')}</span></div>`
  const items = rows.map((row) => item(row, isNamed ? html`<bdi>${brief(row.name)}</bdi>` : heading, setting))
  return html`
    <section id="${id}" aria-labelledby="${id}h">
      ${isNamed ? head : undefined}
      ${details(facts, id)}
      <ul>${items}</ul>
    </section>`
}

function item(row: Row, title: Html, setting: Setting): Html {
  const { id, state } = row
  return html`
    <li id="${id}" class="row ${state}">
      <span class="mark">${mark(row.mark)}${stateInWords(row)}</span>
      <span class="name">${title}</span>
      ${sparkline(row.runs, setting.limit)}
      ${row.runs[0] && times(row, setting)}
      ${details(row, id)}
    </li>`
}

function stateInWords({ mark, runs }: Row): string {
  if (mark === 'pending') return runs[0] ? 'waiting' : 'not yet run'
  return mark.replace('-', ' ')
}

/** How long the latest run took, when it was, and since when the state is what it is. */
function times({ duration, startedAt, since, changed }: Row, { now }: Setting): Html {
  const age = now - since
  const lasts = age < 1000 ? 'since just now' : `for ${changed ? '' : 'over '}${span(age)}`
  return html`
    <span class="took">${inUnits(duration)}</span>
    ${time('ran', startedAt, moment(startedAt), `ran ${ago(now - startedAt)}`)}
    ${time('since', since, `since ${moment(since)}${changed ? '' : ' or before'}`, lasts)}`
}

function time(name: string, epoch: number, exact: string, text: string): Html {
  return html`<time class="${name}" datetime="${new Date(epoch).toISOString()}" title="${exact}">${text}</time>`
}

/** Why something failed, and what it says beside. */
function details({ causes, values }: Facts, id: string): Html | undefined {
  if (causes.length + values.length === 0) return undefined
  const list = values.map(
    ({ path, text }) => html`<div><dt><bdi>${brief(path)}</bdi></dt><dd><bdi>${text}</bdi></dd></div>`,
  )
  return html`
    <div class="more">
      ${causes.map((one, index) => cause(one, `${id}s${index}`))}
      ${list[0] && html`<dl>${list}</dl>`}
    </div>`
}

function cause({ path, text, stack }: Cause, id: string): Html {
  const place = path && html`<b><bdi>${brief(path)}</bdi></b> `
  const trace = html`<details id="${id}"><summary>Stack trace</summary><pre dir="ltr">${stack}</pre></details>`
  return html`
    <p class="cause">${place}<bdi>${text || 'No reason is given.'}</bdi></p>
    ${stack && trace}`
}
