export type { Answers } from './answers.ts'
export type { Client } from './client.ts'
export { createPackage, type Destination } from './create-package.ts'
export type { KindName } from './kinds.ts'
