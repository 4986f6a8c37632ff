import { isSafePath, type PluginView, type View } from './http/views.ts'
import { describeType, isFunction, isName, isObject, isRecord } from './options/guards.ts'
import { aBoolean, aListOfNames } from './options/rules.ts'
import { assert, assertOption, assertUnique, validate } from './options/validate.ts'
import { isWatchmanError, WatchmanError } from './options/watchman-error.ts'
import { callSafely } from './report/call-safely.ts'
import { safeErrorMessage } from './report/error-message.ts'
import type { Log } from './report/log.ts'
import { redactText } from './report/redact-text.ts'
import { bindGroup } from './run/group.ts'
import type { OwnedWrapper } from './run/run-wrapped.ts'
import type { Runner } from './run/runner.ts'
import { withTimeout } from './run/with-timeout.ts'
import type {
  Group,
  Host,
  Plugin,
  ResultListener,
  Selection,
  ViewFunction,
  ViewOptions,
} from './types/plugin.ts'
import type { TargetResult } from './types/report.ts'

/** What plugins have registered. */
export interface Registry {
  readonly views: View[]
  readonly wrappers: OwnedWrapper[]
  readonly listeners: {
    readonly owner: string
    readonly listener: ResultListener
    readonly needsInterval: boolean
  }[]
  readonly closers: { readonly owner: string; readonly close: () => unknown }[]
}

/** Makes a registry with the built-in views. */
export function createRegistry(views: readonly View[]): Registry {
  return { views: [...views], wrappers: [], listeners: [], closers: [] }
}

/**
 * Sets up plugins in their order. When one fails, those before it are closed, and so is the runner.
 *
 * @throws WatchmanError `INVALID_PLUGIN`, `DUPLICATE_NAME`, or what a plugin's use of its host throws.
 */
export function setUpPlugins(
  plugins: readonly unknown[],
  registry: Registry,
  runner: Runner,
  log: Log,
): void {
  const named = plugins.map((plugin, index) => {
    assertPlugin(plugin, `plugins[${index}]`)
    return plugin
  })
  assertUnique(
    named.map(({ name }) => name),
    'plugins',
  )
  try {
    for (const plugin of named) setUp(plugin, registry, runner, log)
    warnWithoutInterval(registry, runner, log)
  } catch (error) {
    runner.close()
    void closePlugins(registry, log)
    throw error
  }
}

/** How many targets a warning names. */
const MAX_NAMED = 5

/** Warns of listeners that need results where nobody asks for them. */
function warnWithoutInterval({ listeners }: Registry, { withoutInterval }: Runner, log: Log): void {
  const owners = new Set(listeners.flatMap(({ owner, needsInterval }) => (needsInterval ? owner : [])))
  if (withoutInterval.length === 0) return
  const more = withoutInterval.length - MAX_NAMED
  const names = [...withoutInterval.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ')
  for (const owner of owners) {
    log.warnOnce(
      owner,
      () =>
        `gets results only while reports are asked for, since these targets have no interval: ${names}. Set defaults: { interval: 10_000 }`,
    )
  }
}

function assertPlugin(plugin: unknown, owner: string): asserts plugin is Plugin {
  assert(isRecord(plugin), 'INVALID_PLUGIN', `${owner} must be a plugin, not ${describeType(plugin)}`)
  assert(isName(plugin.name), 'INVALID_PLUGIN', `${owner} has no name`)
  assert(isFunction(plugin.setup), 'INVALID_PLUGIN', `plugin "${plugin.name}" has no function setup`)
}

function setUp(plugin: Plugin, registry: Registry, runner: Runner, log: Log): void {
  const owner = `plugin "${plugin.name}"`
  const { host, end } = createHost(owner, registry, runner, log)
  let returned: unknown
  try {
    returned = plugin.setup(host)
  } catch (error) {
    if (isWatchmanError(error)) throw error
    throw new WatchmanError('INVALID_PLUGIN', `setup of ${owner} failed: ${safeErrorMessage(error)}`, {
      cause: error,
    })
  } finally {
    end()
  }
  if (!isObject(returned)) return // the value of an expression such as list.push(host)
  callSafely(() => returned) // its rejection must not end the process
  throw new WatchmanError('INVALID_PLUGIN', `setup of ${owner} must be synchronous and return nothing`)
}

function createHost(
  owner: string,
  registry: Registry,
  runner: Runner,
  log: Log,
): { readonly host: Host; readonly end: () => void } {
  let isOpen = true
  const register = <Value>(list: Value[], method: string, value: Value) => {
    assert(isOpen, 'INVALID_PLUGIN', `${owner} called ${method} after setup: call it in setup`)
    list.push(value)
  }
  const assertFunction = (method: string, value: unknown) =>
    assert(
      isFunction(value),
      'INVALID_PLUGIN',
      `${method} of ${owner} expects a function, not ${describeType(value)}`,
    )

  return {
    end: () => {
      isOpen = false
    },
    host: {
      select: (selection = {}) => selectGroup(owner, selection, runner),
      view(path, render, options = {}) {
        assertFunction('view', render)
        const view = toView(owner, path, render, options)
        const isTaken = registry.views.some((one) => one.path === view.path)
        assert(!isTaken, 'DUPLICATE_NAME', `view "${path}" of ${owner} has the path of another view`)
        register(registry.views, 'view', view)
      },
      onResult(listener, options = {}) {
        assertFunction('onResult', listener)
        const { needsInterval = false } = validate(`onResult of ${owner}`, options, {
          needsInterval: aBoolean,
        })
        register(registry.listeners, 'onResult', { owner, listener, needsInterval })
      },
      warn(message) {
        assert(isOpen, 'INVALID_PLUGIN', `${owner} called warn after setup: call it in setup`)
        assert(isName(message), 'INVALID_PLUGIN', `warn of ${owner} expects a message`)
        log.warnOnce(owner, () => message)
      },
      wrapRuns(wrap) {
        assertFunction('wrapRuns', wrap)
        register(registry.wrappers, 'wrapRuns', { owner, wrap })
      },
      onClose(close) {
        assertFunction('onClose', close)
        register(registry.closers, 'onClose', { owner, close })
      },
    },
  }
}

function toView(owner: string, path: unknown, render: ViewFunction, options: ViewOptions): PluginView {
  assert(isName(path), 'INVALID_PLUGIN', `view of ${owner} expects a path, not ${describeType(path)}`)
  const answersBelow = path.endsWith('/*')
  const plain = answersBelow ? path.slice(0, -2) : path
  const right = `a path of letters, digits and ._~- below the mount, such as 'dashboard' or 'readyz/*'`
  assert(isSafePath(plain), 'INVALID_PLUGIN', `view "${path}" of ${owner} must be ${right}`)
  const { open = false } = validate(`view "${path}" of ${owner}`, options, { open: aBoolean })
  return { kind: 'plugin', path: plain, isOpen: open, answersBelow, render }
}

/**
 * Returns the group of a selection whose names all exist.
 *
 * @throws WatchmanError `INVALID_OPTION`
 */
export function selectGroup(owner: string, selection: Selection, runner: Runner): Group {
  validate(`select of ${owner}`, selection, { check: aListOfNames, skip: aListOfNames })
  const { check, skip } = selection
  const { group, unknown } = runner.select({ check: check?.map(redactText), skip: skip?.map(redactText) })
  const [name] = unknown
  assertOption(
    name === undefined,
    `${owner} selects "${name}", which does not exist: there is ${runner.names.join(', ') || 'no check'}`,
  )
  return bindGroup(group)
}

/** Calls the listeners of all plugins. What they throw or reject with is logged. */
export function emitResult(
  { listeners }: Registry,
  log: Log,
  result: TargetResult,
  previous: TargetResult | undefined,
): void {
  for (const { owner, listener } of listeners) {
    const subject = `listener of ${owner}`
    callSafely(
      () => listener(result, previous),
      (error) => log.state(subject, 'failing', error),
      () => log.state(subject, 'ok'),
    )
  }
}

/** How long an `onClose` listener may take, in milliseconds. */
const CLOSE_TIMEOUT = 5000

/** Calls the `onClose` listeners of all plugins and waits for them. What they throw is logged. Never rejects. */
export async function closePlugins({ closers }: Registry, log: Log): Promise<void> {
  const closing = closers.map(async ({ owner, close }) => {
    const outcome = await withTimeout(() => close(), CLOSE_TIMEOUT).result
    if (!outcome.ok) log.state(`onClose of ${owner}`, 'failing', outcome.error)
  })
  await Promise.all(closing)
}
