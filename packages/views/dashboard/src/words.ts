const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** Milliseconds as people say them: `12 ms`, `1.2 s`, `3 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return '<1 ms'
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`
  return span(milliseconds)
}

/** A length of time in its largest unit: `8 s`, `3 h`. Of what is shorter than a second, `0 s`. */
export function span(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => milliseconds >= size) ?? ['s', 1000]
  return `${Math.max(0, Math.floor(milliseconds / size))} ${unit}`
}

/** How long ago: `just now`, `8 s ago`. */
export function ago(milliseconds: number): string {
  return milliseconds < 1000 ? 'just now' : `${span(milliseconds)} ago`
}

/** A number of things: `1 check`, `2 checks`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

/** A time as the page shows it where it is exact: `2026-11-02 09:30:00 UTC`. */
export function moment(epoch: number): string {
  return new Date(epoch)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** The beginning of a name that is too long for a line. */
export function brief(name: string): string {
  return name.length > 100 ? `${name.slice(0, 99)}…` : name
}
