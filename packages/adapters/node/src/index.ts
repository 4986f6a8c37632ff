export type { Endpoint, ViewFunction } from './endpoint.ts'
export type { Incoming, Outgoing } from './exchange.ts'
export { type NodeHandler, type NodeOptions, nodeHandler } from './node-handler.ts'
