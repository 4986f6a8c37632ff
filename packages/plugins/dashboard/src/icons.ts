import { type Html, html, write } from './html.ts'
import type { DisplayState } from './rows.ts'

/** The names of all icons: one for each state, `none` for a page without results, and `no-answer`, which the script sets. */
export type IconName = DisplayState | 'none' | 'no-answer'

const DISC = 'M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22z'

/** Each shape is recognised without colour: a path to fill, and a path to cut out of it, in 24 by 24. */
const PATHS: Readonly<Record<IconName, readonly [body: string, hole: string]>> = {
  ok: [DISC, 'm7 12.5 3.5 3.5L17 9'],
  degraded: ['M12 1.5 23.5 22H.5z', 'M12 9v5m0 4.3v.01'],
  failing: ['M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z', 'm8 8 8 8m0-8-8 8'],
  'timed-out': ['M3 1h18v4l-6 7 6 7v4H3v-4l6-7-6-7z', 'M8 20h8M9.5 5h5'],
  pending: [DISC, 'M7 12h.01m5 0h.01m5 0h.01'],
  none: [DISC, 'M7 12h10'],
  'no-answer': [DISC, 'M12 6.5v6m0 4.8v.01'],
}

const COLOURS: Readonly<Record<IconName, string>> = {
  ok: '#0a7d4b',
  degraded: '#b26a00',
  failing: '#c8102e',
  'timed-out': '#c8102e',
  pending: '#5b6472',
  none: '#5b6472',
  'no-answer': '#5b6472',
}

/** The shapes of all icons, once a page: `icon` refers to them. */
export const sprite = html`
  <svg class="sprite" aria-hidden="true">
    ${Object.entries(PATHS).map(
      ([name, [body, hole]]) =>
        html`<symbol id="${name}" viewBox="0 0 24 24"><path d="${body}"/><path class="hole" d="${hole}"/></symbol>`,
    )}
  </svg>`

/** An icon. The text beside it says the same to a screen reader. */
export function icon(name: IconName): Html {
  return html`<svg class="icon" aria-hidden="true"><use href="#${name}"/></svg>`
}

/** The icon as a picture for the browser's tab. */
export function favicon(name: IconName): string {
  const [body, hole] = PATHS[name]
  const picture = html`
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
      <path d="${body}" fill="${COLOURS[name]}"/>
      <path d="${hole}" fill="none" stroke="#fff" stroke-width="2.75" stroke-linecap="round"/>
    </svg>`
  return `data:image/svg+xml,${encodeURIComponent(write(picture))}`
}
