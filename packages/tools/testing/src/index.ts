export { adapterCases } from './adapter-cases.ts'
export { listen } from './listen.ts'
export type { AdapterCase, AdapterSubject, MountedServer, ViewFunction } from './subject.ts'
