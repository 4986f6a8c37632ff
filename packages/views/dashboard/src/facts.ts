/** Why something failed. */
export interface Cause {
  /** Where it stands in what the check returned; empty where that is all it returned. */
  readonly path: string
  /** The reason in words; empty where `details` leaves none. */
  readonly text: string
  readonly stack: string
}

/** A value of a check's own. */
interface Fact {
  readonly path: string
  readonly text: string
}

/** What a check returned, as people read it. */
export interface Facts {
  readonly causes: readonly Cause[]
  readonly values: readonly Fact[]
}

/** So many of each are shown, and values so deep and so long: the JSON has the rest. */
const MOST = 40
const DEPTH = 6
const LENGTH = 300

/** Reads what a check returned, which is JSON: its failures, and its own values. */
export function factsOf(value: unknown): Facts {
  const causes: Cause[] = []
  const values: Fact[] = []
  for (const found of walk(value, '', DEPTH)) {
    if ('stack' in found) causes.push(found)
    else values.push(found)
  }
  const more = { path: '…', text: `${values.length - MOST} more in the JSON` }
  return {
    causes: causes.slice(0, MOST),
    values: values.length > MOST ? [...values.slice(0, MOST), more] : values,
  }
}

/** Whether something is ok shows as a state, and is left out. */
function* walk(value: unknown, path: string, depth: number): Generator<Cause | Fact> {
  if (!isTree(value) || depth === 0) {
    if (path) yield { path, text: textOf(value).slice(0, LENGTH) }
    return
  }
  const { ok, error, stacktrace }: Failure = Object(value)
  if (ok === false) yield { path, text: textOf(error ?? ''), stack: textOf(stacktrace ?? '') }
  for (const [key, inner] of Object.entries<unknown>(Object(value))) {
    const isTold = ok === false ? /^(ok|error|stacktrace)$/.test(key) : key === 'ok' && inner === true
    if (!isTold) yield* walk(inner, path ? `${path}.${key}` : key, depth - 1)
  }
}

interface Failure {
  readonly ok?: unknown
  readonly error?: unknown
  readonly stacktrace?: unknown
}

/** Whether `value` has more than a line to show: an object, or a list that holds one. */
function isTree(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object' && item !== null)
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const isLine = Array.isArray(value) && value.length > 0 && !isTree(value)
  return isLine ? value.join(', ') : JSON.stringify(value)
}
