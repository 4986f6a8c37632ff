/** One table of the docs. */
export interface Section {
  readonly title: string
  /** The drivers. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** What has to be known about the run that wrote it; may be empty. */
  readonly note: string
}

interface Row {
  readonly head: string
  readonly cells: readonly string[]
}

/** Reads the table under `## title`; an empty one where there is none. */
export function sectionOf(text: string, title: string): Section {
  const [, body = ''] = partsOf(text, title)
  const lines = body.split('\n')
  const [head = [], , ...rest] = lines.filter((line) => line.startsWith('|')).map(cellsOf)
  return {
    title,
    columns: head.slice(1),
    rows: rest.map(([first = '', ...cells]) => ({ head: first, cells })),
    note: lines.filter((line) => line && !/^(\||## )/.test(line)).join('\n'),
  }
}

/** The table as Markdown. */
export function renderSection({ title, columns, rows, note }: Section): string {
  const line = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const table = [
    line('what happens', ...columns),
    line('---', ...columns.map(() => '---')),
    ...rows.map(({ head, cells }) => line(head, ...cells)),
  ]
  return [`## ${title}`, '', ...(note ? [note, ''] : []), ...table, ''].join('\n')
}

/** `text` with `section` in place of what it has under that title, or at its end. */
export function withSection(text: string, section: Section): string {
  const [before, , after] = partsOf(text, section.title)
  return `${[before.trimEnd(), renderSection(section).trimEnd(), after.trim()].join('\n\n').trimEnd()}\n`
}

function partsOf(text: string, title: string): readonly [before: string, section: string, after: string] {
  const from = `${text}\n`.indexOf(`\n## ${title}\n`) + 1
  if (from === 0) return [text, '', '']
  const next = text.indexOf('\n## ', from)
  const to = next < 0 ? text.length : next + 1
  return [text.slice(0, from), text.slice(from, to), text.slice(to)]
}

/** A stroke in a cell is escaped. */
function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}
