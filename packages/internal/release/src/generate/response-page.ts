import { join } from 'node:path'
import {
  type Access,
  type ExpectedResponse,
  responseTable,
  type TokensSetting,
} from '../../../../tools/testing/src/response-table.ts'
import { type Block, fillBlocks } from './blocks.ts'
import { type Files, ROOT, read } from './files.ts'
import { table } from './table.ts'

const PATH = 'apps/docs/reference/responses.md'

const SETTINGS: Readonly<Record<TokensSetting, string>> = {
  absent: 'absent',
  false: '`false`',
  undefined: '`undefined`',
  empty: '`[]`',
  set: `\`${JSON.stringify(responseTable.tokens).replaceAll('"', "'")}\``,
}

const ACCESS: Readonly<Record<Access, string>> = {
  allowed: 'the view',
  'sign in': '401',
  forbidden: '403',
  closed: '403: closed',
}

/** The blocks of the page. */
const responseBlocks: Readonly<Record<string, Block>> = {
  commonHeaders: () => headerList(responseTable.common).join(', '),
  access: () =>
    table(
      ['`tokens`', 'sent', 'browser', 'other clients'],
      responseTable.access.map(({ tokens, credentials, browser, machine }) => [
        SETTINGS[tokens],
        credentials,
        ACCESS[browser],
        ACCESS[machine],
      ]),
    ),
  refusals: () =>
    table(
      ['', 'status', 'headers', 'body'],
      Object.entries(responseTable.refusals).map(([access, response]) => [
        access,
        ...responseCells(response),
      ]),
    ),
  states: () =>
    table(
      ['state', 'view', 'status', 'headers', 'body'],
      responseTable.states.map((row) => [row.state, `\`${row.view}\``, ...responseCells(row)]),
    ),
  requests: () =>
    table(
      ['request', 'status', 'headers', 'body'],
      responseTable.requests.map((row) => [`\`${row.method} ${row.target}\``, ...responseCells(row)]),
    ),
}

/** The page of the docs that prints the table of responses. */
export function responsePage(): Files {
  return new Map([[join(ROOT, PATH), fillBlocks(read(PATH), responseBlocks)]])
}

function responseCells({ status, headers, body }: ExpectedResponse): readonly string[] {
  return [`${status}`, headerList(headers).join('<br>'), body && `\`${body}\``]
}

/** Headers as they are usually written: `Content-Type: text/plain`. */
function headerList(headers: ExpectedResponse['headers']): readonly string[] {
  return Object.entries(headers).map(([name, value]) => {
    const title = name.replace(/^www|\b[a-z]/g, (start) => start.toUpperCase())
    return `\`${title}: ${value}\``
  })
}
