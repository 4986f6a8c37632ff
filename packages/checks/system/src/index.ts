export type { EventLoopOptions } from './event-loop.ts'
export type { MemoryOptions } from './memory.ts'
export { type SystemOptions, system } from './system.ts'
