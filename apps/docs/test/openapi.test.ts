import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { memberOf } from '@watchman/core/driver'
import { untyped } from '@watchman/test-helpers'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Exchange, exchanges } from './openapi-requests.ts'

interface Header {
  readonly required?: boolean
  readonly schema: object
}

interface Documented {
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly headers: Readonly<Record<string, Header>>; readonly schemas: object }
}

interface Operation {
  readonly responses?: Readonly<Record<string, { readonly $ref: string }>>
}

const document: Document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../public/openapi.json'), 'utf8'),
)
const ajv = new Ajv2020({ strict: false })
ajv.addSchema({ $id: 'document', ...document })

/** What `pointer`, such as `#/components/headers/Allow`, leads to. */
function at(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce((node: unknown, key) => memberOf(node, key.replaceAll('~1', '/')), document)
}

const validators = new Map<string, ValidateFunction>()

/** Whether the schema at `pointer` allows `value`. */
function isValid(pointer: string, value: unknown): boolean {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `document${pointer}` })
  validators.set(pointer, known)
  return known(value)
}

/** The name of the operation and of the response which an exchange is an example of. */
function nameOf({ method, path, status }: Exchange): readonly [operation: string, response: string] {
  const trimmed = path === '/' ? '/' : path.replace(/\/$/, '') || '/'
  const known = trimmed in document.paths ? trimmed : '/{unknown}'
  return [`${method.toLowerCase()} ${known}`, `${method.toLowerCase()} ${known} ${status}`]
}

/** Where the response of each operation is described. */
const described: ReadonlyMap<string, string> = new Map<string, string>(
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { responses = {} }]) =>
      Object.entries(responses).map(([status, { $ref }]) => [`${method} ${path} ${status}`, $ref] as const),
    ),
  ),
)

describe('the OpenAPI document', () => {
  const seen: { exchanges: readonly Exchange[] } = { exchanges: [] }

  beforeAll(async () => {
    // Of a path that is unknown only GET is described, and stands for all.
    const isStandIn = ({ method, path }: Exchange) =>
      method !== 'GET' && nameOf({ method, path, status: 0, headers: new Map(), body: '' })[0].includes('{')
    seen.exchanges = (await exchanges()).filter((exchange) => !isStandIn(exchange))
  })

  test('is one', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(untyped(document)))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  test('describes every answer: its status, headers, type and body', () => {
    expect(seen.exchanges.length).toBeGreaterThan(200)
    for (const exchange of seen.exchanges) {
      const [, name] = nameOf(exchange)
      const pointer = described.get(name)
      expect(pointer, `${name} is described`).toBeDefined()
      const { headers, content }: Documented = untyped(at(`${pointer}`))
      const known = Object.keys(headers)
      for (const [header, value] of exchange.headers) {
        if (header === 'content-type') continue
        const title = known.find((one) => one.toLowerCase() === header)
        expect(title, `${header} of ${name} is described`).toBeDefined()
        expect(isValid(`#/components/headers/${title}/schema`, value), `${header}: ${value}`).toBe(true)
      }
      for (const title of known.filter((one) => document.components.headers[one]?.required)) {
        expect(exchange.headers.has(title.toLowerCase()), `${name} has ${title}`).toBe(true)
      }
      const type = exchange.headers.get('content-type')?.split(';')[0]
      expect(content ? Object.keys(content) : [undefined], name).toContain(type)
      if (exchange.method === 'HEAD') expect(exchange.body).toBe('')
      else if (!type) expect(exchange.body, name).toBe('')
      else {
        const value = type === 'application/json' ? JSON.parse(exchange.body) : exchange.body
        const schema = `${pointer}/content/${type.replace('/', '~1')}/schema`
        expect(isValid(schema, value), `${name}: ${exchange.body.slice(0, 200)}`).toBe(true)
      }
    }
  })

  test('describes no path, method or status that is never answered', () => {
    const answered = new Set(seen.exchanges.map((exchange) => nameOf(exchange)[1]))
    expect([...described.keys()].filter((name) => !answered.has(name))).toEqual([])
  })

  test('describes no header and no message that is never sent', () => {
    const sent = new Map<string, Set<string>>()
    for (const exchange of seen.exchanges) {
      const pointer = `${described.get(nameOf(exchange)[1])}`
      const headers = sent.get(pointer) ?? new Set()
      for (const header of exchange.headers.keys()) headers.add(header)
      sent.set(pointer, headers)
    }
    for (const [pointer, headers] of sent) {
      const { headers: known }: Documented = untyped(at(pointer))
      const never = Object.keys(known).filter((title) => !headers.has(title.toLowerCase()))
      expect(never, pointer).toEqual([])
    }
    const messages: readonly string[] = untyped(at('#/components/schemas/Problem/properties/message/enum'))
    const states = new Set(seen.exchanges.map(({ headers }) => headers.get('x-watchman-status')))
    expect(states).toEqual(new Set([undefined, 'ok', 'degraded', 'pending', 'failing']))
    for (const message of messages) {
      expect(
        seen.exchanges.some(({ body }) => body.includes(`"message":"${message}"`)),
        message,
      ).toBe(true)
    }
  })
})
