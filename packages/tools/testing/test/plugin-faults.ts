import type { Host, Plugin, Report, ResultListener, ViewContext, ViewFunction } from '@watchman/core'
import type { PluginSubject } from '@watchman/testing'

/** A plugin with a fault, and the names of the cases that find it. */
interface PluginFault {
  readonly fault: string
  readonly plugin: () => Plugin
  readonly found: readonly string[]
  /** What the subject claims, where that is not what it claims of a plugin without a fault. */
  readonly subject?: Partial<PluginSubject>
}

const NAME = 'the plugin has a name'
const SETUP = 'setup is synchronous and returns nothing'
const SECOND = 'a second watchman can use the plugin at the same time'
const UNCHANGED = 'the plugin does not change reports and results'
const RESULTS = 'the plugin handles every result with stack traces without a failure'
const NO_DETAILS = 'the plugin handles every result without details without a failure'
const PATH = 'the view has its own path, without slashes at its ends'
const GET = 'the view answers GET, and HEAD with the same except the body'
const REPEATS = 'the view answers repeatedly, and ten at once'
const HEADERS = 'the view keeps the headers that every response has'
const FAILURE = 'the view shows a failing report, and only a failing one'
const SELECTS = 'the view runs only the checks that the query selects'
const STATE = 'two plugins share no state'
const NONE = 'the view answers when no check is selected, and when there is none'
const STATES = 'the view answers over ok, degraded and failing reports without a failure'
const PENDING = 'the view answers while targets are pending'
const HELD = 'the view answers while readiness is held'
const CLOSED = 'the view still answers once the watchman is closed'
const CHECK = 'nothing of a hostile check becomes markup'
const QUERY = 'nothing of a hostile query becomes markup'
const TOKEN = 'the view does not show the token of the request'
const AUTHORIZED = 'the view does nothing before the request is authorized'
const OPEN = 'the open view answers without a token'

/** The cases that make a watchman with the plugin, and those that request the view. */
const HOST = [SETUP, SECOND, UNCHANGED, RESULTS, NO_DETAILS]
const SHOWS = [FAILURE, SELECTS, STATE]
const VIEW = [GET, REPEATS, ...SHOWS, NONE, STATES, PENDING, HELD, CLOSED, CHECK, QUERY, AUTHORIZED]
const ALL = [...HOST, ...VIEW, HEADERS, TOKEN]

/** What plugins with a fault share with others. */
export const shared: { report?: Report | undefined; isTaken?: boolean } = {}

const headers = { 'content-type': 'text/html; charset=utf-8' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}

function htmlResponse(html: string): Response {
  return new Response(html, { headers })
}

/** The page of a plugin without a fault. */
function page({ state, held = '', results }: Report, show: (text: string) => string = escaped): string {
  const rows = results.map(({ id, error = '', details }) => {
    const text = `${error} ${JSON.stringify(details)}`
    return `<li title="${show(id)}">${show(text)}</li>`
  })
  return `<!doctype html><h1>${state}</h1><p>${escaped(held)}</p><ul>${rows.join('')}</ul>`
}

async function render({ selected }: Pick<ViewContext, 'selected'>): Promise<Response> {
  return htmlResponse(page(await selected.report()))
}

/** Makes a plugin with a view at `page`, and what else `setup` adds. */
function withView(view: ViewFunction, setup: (host: Host) => void = () => {}): () => Plugin {
  return () => ({
    name: 'page',
    setup(host) {
      host.view('page', view)
      setup(host)
    },
  })
}

/** Makes a plugin with a view that shows something beside the report. */
function showing(more: (report: Report, context: ViewContext) => string): () => Plugin {
  return withView(async (context) => {
    const report = await context.selected.report()
    return htmlResponse(page(report) + more(report, context))
  })
}

/** Makes a plugin that listens to results beside its view. */
function listening(listener: ResultListener): () => Plugin {
  return withView(render, (host) => host.onResult(listener))
}

export const faultless = withView(render)

/** A plugin without a fault whose view needs no token. */
export const faultlessOpen = (): Plugin => ({
  name: 'page',
  setup: (host) => host.view('page', render, { open: true }),
})

const setupFaults: readonly PluginFault[] = [
  { fault: 'has no name', plugin: () => ({ ...faultless(), name: ' ' }), found: [NAME, ...ALL] },
  {
    fault: 'has a view with slashes at the ends of its path',
    plugin: () => ({ name: 'page', setup: (host) => host.view('/page/', render) }),
    found: ALL,
  },
  {
    fault: 'returns something from setup',
    plugin: () => ({ name: 'page', setup: (host) => [host.view('page', render)].length }),
    found: [SETUP],
  },
  {
    fault: 'has an asynchronous setup',
    plugin: () => ({ name: 'page', setup: async (host) => host.view('page', render) }),
    found: ALL,
  },
  {
    fault: 'can be set up once only',
    plugin: withView(render, takeShared),
    found: [SECOND, STATE, NONE, CHECK],
  },
  {
    fault: 'can be set up once at a time',
    plugin: withView(render, (host) => {
      takeShared()
      host.onClose(() => {
        shared.isTaken = false
      })
    }),
    found: [SECOND, STATE, NONE, CHECK],
  },
  {
    fault: 'throws when it is closed',
    plugin: withView(render, (host) => host.onClose(() => fail('not connected'))),
    found: [SECOND, RESULTS, NO_DETAILS],
  },
]

const resultFaults: readonly PluginFault[] = [
  {
    fault: 'writes to the report',
    plugin: withView(async ({ selected }) => {
      const report = await selected.report()
      if (!Reflect.set(report.body, 'seen', true)) fail('cannot write')
      return htmlResponse(page(report))
    }),
    found: [UNCHANGED, ...VIEW],
  },
  {
    fault: 'writes to a snapshot',
    plugin: () => ({
      name: 'page',
      setup(host) {
        const all = host.select()
        host.view('page', (context) => {
          if (!Reflect.deleteProperty(all.snapshot(), 'results')) fail('cannot write')
          return render(context)
        })
      },
    }),
    found: [UNCHANGED, ...VIEW],
  },
  {
    fault: 'writes to a result',
    plugin: listening((result) => Reflect.set(result, 'seen', true) || fail('cannot write')),
    found: [UNCHANGED, RESULTS, NO_DETAILS, STATES],
  },
  {
    fault: 'does not run what it wraps',
    plugin: withView(render, (host) => host.wrapRuns(async () => undefined)),
    found: [UNCHANGED, ...SHOWS],
  },
  {
    fault: 'expects that there is a result before each result',
    plugin: listening((_, previous) => previous ?? fail('no result before')),
    found: [UNCHANGED, RESULTS, NO_DETAILS, STATES],
  },
  {
    fault: 'does not expect that a target recovers',
    plugin: listening(
      ({ state }, previous) => state === 'ok' && previous?.state === 'failing' && fail('recovered'),
    ),
    found: [RESULTS, NO_DETAILS],
  },
  {
    fault: 'does not expect a timeout',
    plugin: listening(({ timedOut }) => timedOut && fail('timed out')),
    found: [RESULTS, NO_DETAILS],
  },
  {
    fault: 'returns a promise that rejects from a listener',
    plugin: listening(async ({ causedBy }) => causedBy && fail('the webhook answered 500')),
    found: [RESULTS, NO_DETAILS],
  },
  {
    fault: 'keeps results in an object that has a prototype',
    plugin: () => {
      const history: Record<string, string[]> = {}
      return listening(({ name, state }) => {
        const states = history[name] ?? []
        states.push(state)
        history[name] = states
      })()
    },
    found: [RESULTS, NO_DETAILS],
  },
  {
    fault: 'expects that each failure has an error',
    plugin: listening(({ state, error }) => state === 'failing' && (error ?? fail('no error'))),
    found: [NO_DETAILS],
  },
]

const viewFaults: readonly PluginFault[] = [
  { fault: 'throws', plugin: withView(() => fail('no template')), found: [UNCHANGED, ...VIEW] },
  {
    fault: 'has the path of a built-in view',
    plugin: faultless,
    subject: { view: 'ping' },
    found: [PATH, ...SHOWS, AUTHORIZED],
  },
  {
    fault: 'has no content-type',
    plugin: withView(async ({ selected }) => {
      const bytes = new TextEncoder().encode(page(await selected.report()))
      return new Response(bytes)
    }),
    found: [GET],
  },
  {
    fault: 'answers HEAD in another way',
    plugin: withView((context) =>
      context.request.method === 'HEAD' ? new Response(null, { status: 204 }) : render(context),
    ),
    found: [GET],
  },
  {
    fault: 'renders once',
    plugin: () => {
      let response: Promise<Response> | undefined
      return withView((context) => {
        response ??= render(context)
        return response
      })()
    },
    found: [REPEATS, FAILURE, SELECTS, STATES, PENDING, HELD, CLOSED, CHECK, QUERY],
  },
  {
    fault: 'allows its response to be stored',
    plugin: withView(async (context) => {
      const response = await render(context)
      response.headers.set('cache-control', 'max-age=60')
      return response
    }),
    found: [HEADERS],
  },
  {
    fault: 'does not show failures',
    plugin: withView(async ({ selected }) => {
      await selected.report()
      return htmlResponse('ok')
    }),
    found: SHOWS,
  },
  { fault: 'asks for no report', plugin: withView(() => htmlResponse('ok')), found: SHOWS },
  {
    fault: 'ignores what the query selects',
    plugin: () => ({
      name: 'page',
      setup(host) {
        const selected = host.select()
        host.view('page', () => render({ selected }))
      },
    }),
    found: [SELECTS],
  },
  {
    fault: 'keeps its state in its module',
    plugin: withView(async ({ selected }) => {
      const report = await selected.report()
      if (report.state === 'failing' || !shared.report) shared.report = report
      return htmlResponse(page(shared.report))
    }),
    found: [FAILURE, STATE],
  },
  {
    fault: 'expects a check',
    plugin: showing(({ results: [first] }) => escaped(first?.id ?? fail('no check'))),
    found: [NONE, CLOSED, QUERY],
  },
  {
    fault: 'does not expect degraded reports',
    plugin: showing(({ state }) => (state === 'degraded' ? fail('no such state') : '')),
    found: [STATES],
  },
  {
    fault: 'does not expect pending targets',
    plugin: showing(({ results }) =>
      results.some(({ state }) => state === 'pending') ? fail('no such state') : '',
    ),
    found: [PENDING],
  },
  {
    fault: 'does not expect that readiness is held',
    plugin: showing(({ held }) => (held === undefined ? '' : fail('no such state'))),
    found: [HELD],
  },
  {
    fault: 'does not escape why readiness is held',
    plugin: showing(({ held = '' }) => held),
    found: [HELD],
  },
  {
    fault: 'answers 500 over a failing report',
    plugin: withView(async ({ selected }) => {
      const report = await selected.report()
      return new Response(page(report), { headers, status: report.state === 'failing' ? 500 : 200 })
    }),
    found: [CLOSED],
  },
]

const securityFaults: readonly PluginFault[] = [
  {
    fault: 'escapes nothing',
    plugin: withView(async ({ selected }) => htmlResponse(page(await selected.report(), String))),
    found: [CHECK],
  },
  {
    fault: 'escapes elements only',
    plugin: withView(async ({ selected }) => {
      const show = (text: string) => text.replace(/</g, '&lt;')
      return htmlResponse(page(await selected.report(), show))
    }),
    found: [CHECK],
  },
  {
    fault: 'does not escape details',
    plugin: showing(({ results }) => results.map(({ details }) => JSON.stringify(details)).join()),
    found: [CHECK],
  },
  {
    fault: 'does not escape the names of targets',
    plugin: showing(({ results }) => results.map(({ name }) => name).join()),
    found: [CHECK],
  },
  {
    fault: 'links to the name of a check',
    plugin: showing(({ results }) =>
      results.map(({ check }) => `<a href="${escaped(check)}">it</a>`).join(''),
    ),
    found: [CHECK],
  },
  {
    fault: 'shows the query',
    plugin: showing((_, { url }) => `<p>${[...url.searchParams]}</p>`),
    found: [QUERY],
  },
  {
    fault: 'shows what is selected',
    plugin: showing((_, { url }) => `<p>${url.searchParams.getAll('check')}</p>`),
    found: [QUERY],
  },
  {
    fault: 'links to itself with the token',
    plugin: showing((_, { request }) => `<a href="${escaped(request.url)}">again</a>`),
    found: [TOKEN],
  },
  { fault: 'needs no token although it should', plugin: faultlessOpen, found: [AUTHORIZED] },
  {
    fault: 'needs a token although it should not',
    plugin: faultless,
    subject: { open: true },
    found: [OPEN],
  },
]

/** Takes what can be taken once: a name in a registry that all share. */
function takeShared(): void {
  if (shared.isTaken) fail('the name is taken')
  shared.isTaken = true
}

function fail(message: string): never {
  throw new Error(message)
}

export const pluginFaults = [setupFaults, resultFaults, viewFaults, securityFaults].flat()
