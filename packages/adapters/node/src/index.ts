export type { Incoming, Outgoing } from './exchange.ts'
export { type NodeHandler, type NodeOptions, nodeHandler, nodeRequest } from './node-handler.ts'
