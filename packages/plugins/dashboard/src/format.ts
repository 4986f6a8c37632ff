const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** Formats how long a run took: `12 ms`, `1.2 s`, `3 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return '<1 ms'
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`
  return formatSpan(milliseconds)
}

/** Formats a length of time in its largest unit: `8 s`, `3 h`. Less than a second is `0 s`. */
export function formatSpan(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => milliseconds >= size) ?? ['s', 1000]
  return `${Math.max(0, Math.floor(milliseconds / size))} ${unit}`
}

/** Formats how long ago something was: `just now`, `8 s ago`. */
export function formatAgo(milliseconds: number): string {
  return milliseconds < 1000 ? 'just now' : `${formatSpan(milliseconds)} ago`
}

/** Formats a point in time: `2026-11-02 09:30:00 UTC`. */
export function formatTime(epoch: number): string {
  return new Date(epoch)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** Formats a number of things: `1 check`, `2 checks`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

/** Shortens a name that is too long for a line. */
export function truncate(name: string): string {
  return name.length > 100 ? `${name.slice(0, 99)}…` : name
}
