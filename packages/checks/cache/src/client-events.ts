import { isObject, memberOf } from '@watchman/core/driver'

/** The events of a client that carry an error. The last two are those of one node of a cluster: of redis, and of ioredis. */
export type ErrorEventName = 'error' | 'node-error' | 'node error'

type EventName = 'connect' | 'ready' | 'close' | 'end' | ErrorEventName

type Listener = (error?: unknown, node?: unknown) => void

/** A client that reports the state of its connection by events. */
export interface ClientEvents {
  on(event: EventName, listener: Listener): unknown
  off(event: EventName, listener: Listener): unknown
}

/** The one listener that the probes of a client share. */
interface SharedListener {
  readonly listeners: Set<Listener>
  readonly dispatch: Listener
}

const sharedListeners = new WeakMap<ClientEvents, Map<EventName, SharedListener>>()

/**
 * Adds a listener and returns the function that removes it. The listeners of a client share one, because Node warns of a
 * leak from the eleventh on, and an application may check one client under ten names.
 */
export function listen(client: ClientEvents, event: EventName, listener: Listener): () => void {
  if (Object.isFrozen(client)) return () => {} // an emitter counts its listeners
  const ofClient = sharedListeners.get(client) ?? new Map<EventName, SharedListener>()
  sharedListeners.set(client, ofClient)
  const shared = ofClient.get(event) ?? share(client, event)
  ofClient.set(event, shared)
  shared.listeners.add(listener)
  return () => {
    shared.listeners.delete(listener)
    if (shared.listeners.size > 0 || ofClient.get(event) !== shared) return
    ofClient.delete(event)
    client.off(event, shared.dispatch)
  }
}

function share(client: ClientEvents, event: EventName): SharedListener {
  const listeners = new Set<Listener>()
  const dispatch: Listener = (error, node) => {
    if (isObject(error)) rememberNode(error, node)
    for (const listener of [...listeners]) listener(error)
  }
  client.on(event, dispatch)
  return { listeners, dispatch }
}

/** The addresses of the nodes that errors are about. */
const nodesOfErrors = new WeakMap<object, string>()

/** `node` is an address, or has a host and a port. */
function rememberNode(error: object, node: unknown): void {
  const address = typeof node === 'string' ? node : `${memberOf(node, 'host')}:${memberOf(node, 'port')}`
  if (node !== undefined) nodesOfErrors.set(error, address)
}

/** Replaces a parser's error, which is about the client's internals, by one that says what is wrong with the server. */
export function clarifyError(error: unknown): unknown {
  const isOfParser = /RESP type|^Protocol error, got/.test(String(memberOf(error, 'message')))
  return isOfParser ? new Error('the server does not speak the Redis protocol') : error
}

/** Makes the error for a connection that was closed without one. */
export function connectionClosed(): Error {
  return new Error('the connection was closed')
}

/**
 * The messages of an error and of the errors that it consists of. An `AggregateError` may have no message. The error of a
 * node of a cluster names the node.
 */
export function messagesOf(error: unknown): string[] {
  const message = memberOf(error, 'message')
  const inner = memberOf(error, 'errors') ?? memberOf(error, 'lastNodeError') ?? []
  const messages = [inner].flat().flatMap(messagesOf)
  if (typeof message !== 'string' || !message) return messages
  return [withNode(message, isObject(error) ? nodesOfErrors.get(error) : undefined), ...messages]
}

/** Adds the address of a node to a message that does not contain it. */
export function withNode(message: string, node: string | undefined): string {
  return node === undefined || message.includes(node) ? message : `node ${node}: ${message}`
}
