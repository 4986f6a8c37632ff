import type { Row } from './rows.ts'

const LINE = 24
const LABEL = 230
const WIDTH = 420 // pixels of the longest bar
const COLOURS = { constant: '#8a94a3', 'by hand': '#b0883c', peer: '#b0883c', watchman: '#1f9d67' } as const

interface Bar {
  readonly contender: Row['contender']
  readonly share: number
}

/** Bars of requests per second at 32 connections, as shares of the constant handler's: readable on light and on dark. */
export function chartOf(rows: readonly Row[]): string {
  const bars = rows
    .filter(({ contender }) => contender.kind !== 'constant')
    .map(({ contender, at }) => ({ contender, share: at.get(32)?.toConstant.perSecond ?? 0 }))
    .sort((a, b) => b.share - a.share)
  const height = (bars.length + 1) * LINE
  const scale = WIDTH / Math.max(1, ...bars.map(({ share }) => share))
  const limit = LABEL + scale
  const title =
    "Requests per second at 32 connections, as a share of the constant handler's of the same framework"
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LABEL + WIDTH + 60} ${height}" role="img" aria-label="${title}">
<style>text{font:13px system-ui,sans-serif;fill:#3a424e}.limit{stroke:#8a94a3;stroke-dasharray:3 4}@media(prefers-color-scheme:dark){text{fill:#d5dae2}}</style>
<line class="limit" x1="${limit.toFixed()}" x2="${limit.toFixed()}" y1="0" y2="${bars.length * LINE}"/>
${bars.map((bar, index) => barOf(bar, index * LINE, scale)).join('\n')}
<text x="${limit.toFixed()}" y="${height - 7}" text-anchor="middle">constant handler</text>
</svg>
`
}

function barOf({ contender, share }: Bar, y: number, scale: number): string {
  const width = Math.max(1, Math.round(share * scale))
  const baseline = y + LINE - 8
  return [
    `<text x="${LABEL - 8}" y="${baseline}" text-anchor="end">${contender.name}</text>`,
    `<rect x="${LABEL}" y="${y + 4}" width="${width}" height="${LINE - 8}" rx="2" fill="${COLOURS[contender.kind]}"/>`,
    `<text x="${LABEL + WIDTH + 44}" y="${baseline}" text-anchor="end">${share.toFixed(2)}</text>`,
  ].join('')
}
