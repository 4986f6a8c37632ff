import { spawnSync } from 'node:child_process'
import { parseAllDocuments } from 'yaml'

/** Reads a text of some language. Throws where it is none. */
export type Parser = (code: string) => void

/** A parser for each language that a block may have, beside those that are compiled or compared elsewhere. */
export const parsers: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ['yaml', parseYaml],
  ['sh', parseShell],
  ['nginx', parseNginx],
  ['haproxy', parseHaproxy],
  ['ini', parseUnit],
  ['dockerfile', parseDockerfile],
])

function parseYaml(code: string): void {
  for (const { errors, warnings } of parseAllDocuments(code, { prettyErrors: true })) {
    for (const problem of [...errors, ...warnings]) throw problem
  }
}

function parseShell(code: string): void {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** Directives end with a semicolon or have a block, and what stands in a block is known to belong there. */
function parseNginx(code: string): void {
  for (const line of code.split('\n')) {
    if (!/^\s*(#.*)?$|[{};]\s*(#.*)?$/.test(line)) throw new Error(`${line.trim()} has no semicolon`)
  }
  const open: string[] = []
  let words: string[] = []
  for (const [token] of code.replace(/#.*$/gm, '').matchAll(/[{};]|"[^"]*"|[^\s{};]+/g)) {
    if (token === '{') {
      open.push(words[0] ?? '')
      words = []
    } else if (token === '}') {
      if (words.length > 0) throw new Error(`${words.join(' ')} has no semicolon`)
      if (open.pop() === undefined) throw new Error('a brace too many')
    } else if (token === ';') {
      const [directive = '', parameter] = words
      if (!/^[a-z_]+$/.test(directive) || parameter === undefined)
        throw new Error(`what is ${words.join(' ')}?`)
      words = []
    } else words.push(token)
  }
  if (open.length > 0 || words.length > 0) throw new Error(`${[...open, ...words].join(' ')} does not end`)
}

const SECTION = /^(global|defaults|(frontend|backend|listen) [\w-]+)$/
const KEYWORD =
  /^(mode (http|tcp)|timeout (connect|client|server|check) \d+m?s|option (httpchk|redispatch \d+)|http-check (send|expect) .+|default-server .+|server [\w-]+ [\w.]+:\d+.*|bind :\d+|default_backend [\w-]+)$/

/** A rule may be shown without its section. */
const RULE = /^http-request deny .*\bif .+$/

function parseHaproxy(code: string): void {
  for (const line of code.split('\n').filter((line) => line.trim() !== '')) {
    const isRight = line.startsWith(' ') ? KEYWORD.test(line.trim()) : SECTION.test(line) || RULE.test(line)
    if (!isRight) throw new Error(`what is ${line}?`)
  }
}

/** A unit of systemd: its first line is a comment with its path. */
function parseUnit(code: string): void {
  const [first = '', ...lines] = code.trimEnd().split('\n')
  if (!/^# \/etc\/systemd\/system\/[\w@-]+\.(service|timer)$/.test(first))
    throw new Error(`what is ${first}?`)
  for (const line of lines) {
    const isRight =
      line === '' || /^\[(Unit|Service|Timer|Install)\]$/.test(line) || /^[A-Z]\w+=\S.*$/.test(line)
    if (!isRight) throw new Error(`what is ${line}?`)
  }
}

function parseDockerfile(code: string): void {
  const lines = code.replaceAll('\\\n', ' ').trimEnd().split('\n')
  if (!lines[0]?.startsWith('FROM ')) throw new Error('it begins with FROM')
  for (const line of lines) {
    if (!/^(FROM|WORKDIR|COPY|RUN|HEALTHCHECK|CMD) \S/.test(line)) throw new Error(`what is ${line}?`)
    const [list] = /\[.*\]$/.exec(line) ?? []
    if (list) JSON.parse(list)
  }
}
