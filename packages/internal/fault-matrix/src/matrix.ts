import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { renderSection, type Section, sectionOf, withSection } from './section.ts'

const FILE = join(import.meta.dirname, '../../../../apps/docs/fault-matrix.md')

/** Set to anything, the file is written in place of compared. */
const VARIABLE = 'WRITE_FAULT_MATRIX'

/** The table of one kind in the docs, beside what a run comes to. */
export interface Matrix {
  /** Notes what was read in a cell; nothing where the fault cannot happen. */
  record(fault: string, driver: string, reads: readonly string[]): void
  /**
   * Compares what was noted with the docs, cell by cell; cells that did not run are left as they are. Where
   * WRITE_FAULT_MATRIX is set it writes them instead.
   *
   * @throws Error with both tables when they differ.
   */
  finish(note?: string): Promise<void>
}

/** Opens the table `title` with these rows and columns. */
export function openMatrix(title: string, faults: readonly string[], drivers: readonly string[]): Matrix {
  const cells = new Map<string, string>()
  const keyOf = (fault: string, driver: string) => `${fault} | ${driver}`

  /** What is in the docs, with what was noted in its place. */
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
    record(fault, driver, reads) {
      cells.set(keyOf(fault, driver), describe(reads))
    },
    async finish(note = '') {
      if (process.env[VARIABLE]) {
        await locked(() => {
          const text = readFileSync(FILE, 'utf8')
          const section = { ...merge(sectionOf(text, title)), note }
          writeFileSync(FILE, withSection(text, section))
        })
      }
      const known = sectionOf(readFileSync(FILE, 'utf8'), title)
      const [documented, found] = [renderSection(known), renderSection(merge(known))]
      if (documented === found) return
      throw new Error(
        `the docs differ from what happened; ${VARIABLE}=1 writes them.\nThe docs:\n${documented}\nHappened:\n${found}`,
      )
    },
  }
}

/** What was read, without what differs from run to run. */
function describe([read, after]: readonly string[]): string {
  if (read === undefined) return '—'
  const told = code(read)
  if (after === undefined) return told
  return `${after === read ? told : `${told}, then ${code(after)}`} until reconnected`
}

function code(read: string): string {
  if (read === 'ok') return read
  const text = read
    .replace(/(127\.0\.0\.1):\d+/g, '$1:<port>')
    .replace(/(connection) \d+/g, '$1 <number>')
    .replace(/(MOVED) \d+/g, '$1 <slot>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\/[^\s']*\/watchman-disk-\w+/g, '<disk>')
    .replace('getaddrinfo EAI_AGAIN', 'getaddrinfo ENOTFOUND') // what a machine without a name server says
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '') // what a client quotes of garbage
  return `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``
}

/** The files of tests run side by side, and write into one file. */
async function locked(write: () => void): Promise<void> {
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
