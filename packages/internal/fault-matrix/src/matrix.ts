import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseSection, renderSection, replaceSection, type Section } from './section.ts'

const FILE = join(import.meta.dirname, '../../../../apps/docs/fault-matrix.md')

/** If set, the file is written instead of compared. */
const VARIABLE = 'WRITE_FAULT_MATRIX'

/** The table of one backend in the docs, and the messages of a run of the tests. */
export interface Matrix {
  /** Records the messages of a cell; none if the fault cannot happen. */
  record(fault: string, driver: string, messages: readonly string[]): void
  /**
   * Compares the messages with the docs, cell by cell, without the cells that did not run. If WRITE_FAULT_MATRIX is set, the
   * docs are written first.
   *
   * @throws Error with both tables if they differ.
   */
  compareWithDocs(note?: string): Promise<void>
}

/** Opens the table `title` with these rows and columns. */
export function openMatrix(title: string, faults: readonly string[], drivers: readonly string[]): Matrix {
  const cells = new Map<string, string>()
  const keyOf = (fault: string, driver: string) => `${fault} | ${driver}`

  /** The table of the docs with the cells that were recorded. */
  function merge(known: Section): Section {
    const rows = faults.map((fault) => ({
      head: fault,
      cells: drivers.map((driver) => {
        const row = known.rows.find(({ head }) => head === fault)
        return cells.get(keyOf(fault, driver)) ?? row?.cells[known.columns.indexOf(driver)] ?? '?'
      }),
    }))
    return { ...known, title, columns: drivers, rows }
  }

  return {
    record(fault, driver, messages) {
      cells.set(keyOf(fault, driver), describe(messages))
    },
    async compareWithDocs(note = '') {
      if (process.env[VARIABLE]) {
        await withLock(() => {
          const text = readFileSync(FILE, 'utf8')
          const section = { ...merge(parseSection(text, title)), note }
          writeFileSync(FILE, replaceSection(text, section))
        })
      }
      const known = parseSection(readFileSync(FILE, 'utf8'), title)
      const [documented, recorded] = [renderSection(known), renderSection(merge(known))]
      if (documented === recorded) return
      throw new Error(
        `the docs differ from this run; ${VARIABLE}=1 writes them.\nThe docs:\n${documented}\nThis run:\n${recorded}`,
      )
    },
  }
}

/** Renders the messages of a cell. */
function describe([during, after]: readonly string[]): string {
  if (during === undefined) return '—'
  const code = toCode(during)
  if (after === undefined) return code
  return `${after === during ? code : `${code}, then ${toCode(after)}`} until reconnected`
}

/** A message as Markdown, without what differs between runs. */
function toCode(message: string): string {
  if (message === 'ok') return message
  const text = message
    .replace(/(127\.0\.0\.1):\d+/g, '$1:<port>')
    .replace(/(connection) \d+/g, '$1 <number>')
    .replace(/(MOVED) \d+/g, '$1 <slot>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\/[^\s']*\/watchman-disk-\w+/g, '<disk>')
    .replace('getaddrinfo EAI_AGAIN', 'getaddrinfo ENOTFOUND') // on a machine without a name server
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '') // of garbage that a client quotes
  return `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``
}

/** Test files run in parallel, and write the same file. */
async function withLock(write: () => void): Promise<void> {
  const lock = `${FILE}.lock`
  for (;;) {
    try {
      await mkdir(lock)
      break
    } catch {
      await sleep(20)
    }
  }
  try {
    write()
  } finally {
    await rmdir(lock)
  }
}
