/** One table of the docs. */
export interface Section {
  readonly title: string
  /** The drivers. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** A remark about the run that wrote the table; may be empty. */
  readonly note: string
}

interface Row {
  readonly head: string
  readonly cells: readonly string[]
}

/** Parses the table under `## title`; an empty one if there is none. */
export function parseSection(text: string, title: string): Section {
  const [, body = ''] = split(text, title)
  const lines = body.split('\n')
  const [head = [], , ...rest] = lines.filter((line) => line.startsWith('|')).map(parseCells)
  return {
    title,
    columns: head.slice(1),
    rows: rest.map(([first = '', ...cells]) => ({ head: first, cells })),
    note: lines.filter((line) => line && !/^(\||## )/.test(line)).join('\n'),
  }
}

/** Renders the table as Markdown. */
export function renderSection({ title, columns, rows, note }: Section): string {
  const line = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const table = [
    line('what happens', ...columns),
    line('---', ...columns.map(() => '---')),
    ...rows.map(({ head, cells }) => line(head, ...cells)),
  ]
  return [`## ${title}`, '', ...(note ? [note, ''] : []), ...table, ''].join('\n')
}

/** Replaces the table of that title in `text`, or appends it. */
export function replaceSection(text: string, section: Section): string {
  const [before, , after] = split(text, section.title)
  return `${[before.trimEnd(), renderSection(section).trimEnd(), after.trim()].join('\n\n').trimEnd()}\n`
}

function split(text: string, title: string): readonly [before: string, section: string, after: string] {
  const from = `${text}\n`.indexOf(`\n## ${title}\n`) + 1
  if (from === 0) return [text, '', '']
  const next = text.indexOf('\n## ', from)
  const to = next < 0 ? text.length : next + 1
  return [text.slice(0, from), text.slice(from, to), text.slice(to)]
}

/** A vertical bar in a cell is escaped. */
function parseCells(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}
