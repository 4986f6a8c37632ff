export { adapterCases } from './adapter-cases.ts'
export type { AdapterCase, AdapterSubject, MountedServer, ViewFunction } from './subject.ts'
