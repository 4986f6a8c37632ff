import { withHandle } from './adapter/handle-of.ts'
import type { Handle } from './adapter/types.ts'
import { createAuthorize, NO_TOKEN } from './http/authorize.ts'
import { createEndpoint } from './http/endpoint.ts'
import { COMMON_HEADERS } from './http/error-responses.ts'
import { fetchHandler } from './http/fetch-handler.ts'
import { BARE_VIEW, createViewFinder, PING_VIEW, STATUS_VIEW } from './http/views.ts'
import { isName } from './options/guards.ts'
import { normalizeCheck } from './options/normalize-check.ts'
import { assertOption, assertUnique, validate } from './options/validate.ts'
import { DEFAULTS, OPTIONS, toTokens } from './options/watchman-options.ts'
import { closePlugins, createRegistry, emitResult, selectGroup, setUpPlugins } from './plugin-host.ts'
import { learnSecrets } from './report/learn-secrets.ts'
import { createLog } from './report/log.ts'
import { createPresenter } from './report/present.ts'
import { createRedactor } from './report/redact.ts'
import { redactNames } from './report/redact-names.ts'
import { bindGroup } from './run/group.ts'
import { createRunner } from './run/runner.ts'
import type { Watchman, WatchmanOptions } from './types/watchman.ts'
import { version } from './version.ts'

/** The characters of JSON that the result of one run may take, unless set. */
const MAX_SIZE = 1_000_000

/**
 * Makes a status endpoint of checks and plugins.
 *
 * @throws WatchmanError for options that cannot work; its `code` says which kind.
 * @example
 * const watchman = createWatchman({ checks: [databases({ default: pgProbe(pool) })], tokens: process.env.WATCHMAN_TOKENS })
 * app.mount('/watchman', watchman.fetch)
 */
export function createWatchman(options: WatchmanOptions = {}): Watchman {
  const { checks = [], plugins = [], exposeVersion } = validate('createWatchman', options, OPTIONS)
  validate('defaults', options.defaults ?? {}, DEFAULTS)
  const normalized = checks.map((check, index) => redactNames(normalizeCheck(`checks[${index}]`, check)))
  assertUnique(
    normalized.flatMap(({ name, aliases }) => [name, ...aliases]),
    'checks',
  )

  const tokens = toTokens(options)
  const redactor = createRedactor(tokens ?? [])
  learnSecrets(normalized, redactor) // before the first run, which may log a setup warning
  const log = createLog(options, redactor.redact)
  if (tokens?.length === 0 && !options.authorize) log.mistake(NO_TOKEN)
  const presenter = createPresenter(options, redactor)
  const registry = createRegistry([STATUS_VIEW, BARE_VIEW, PING_VIEW])
  const runner = createRunner(normalized, {
    options,
    presenter,
    redactor,
    log,
    wrappers: registry.wrappers,
    maxSize: options.maxSize ?? MAX_SIZE,
    onResult: (result, previous) => emitResult(registry, log, result, previous),
  })
  setUpPlugins(plugins, registry, runner, log)

  const headers = { ...COMMON_HEADERS, ...(exposeVersion && { 'x-watchman-version': version }) }
  const { byPath, byView } = createEndpoint({
    runner,
    authorize: createAuthorize(tokens, options),
    log,
    findView: createViewFinder(registry.views),
    headers,
    options,
  })
  let closing: Promise<void> | undefined
  const view = (handle: Handle) => withHandle(fetchHandler(handle), handle)

  return withHandle(
    {
      ...bindGroup(runner.all),
      fetch: fetchHandler(byPath),
      status: view(byView(STATUS_VIEW)),
      bare: view(byView(BARE_VIEW)),
      ping: view(byView(PING_VIEW)),
      select: (selection = {}) => selectGroup('watchman', selection, runner),
      holdReadiness(reason) {
        assertOption(isName(reason), 'holdReadiness expects a reason, such as "draining"')
        return runner.hold(redactor.redact(reason))
      },
      start: runner.start,
      close() {
        runner.close()
        closing ??= closePlugins(registry, log)
        return closing
      },
    },
    byPath,
  )
}
