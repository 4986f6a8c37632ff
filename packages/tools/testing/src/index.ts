export { adapterCases } from './adapter-cases.ts'
export type { AdapterSubject, MountedServer } from './adapter-subject.ts'
export type { Case } from './case.ts'
export { checkCases } from './check-cases.ts'
export type { CheckSubject } from './check-subject.ts'
export { type FakeCheck, fakeCheck } from './fake-check.ts'
export { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
export { harmlessTexts } from './harmless-texts.ts'
export type { HttpResponse } from './http-request.ts'
export { listen } from './listen.ts'
export { type PathSpellings, pathSpellings } from './path-spellings.ts'
export { pluginCases } from './plugin-cases.ts'
export type { PluginSubject } from './plugin-subject.ts'
export { probeCases } from './probe-cases.ts'
export type { ProbeSubject } from './probe-subject.ts'
export { redactionCases } from './redaction-cases.ts'
export type { RedactionSubject } from './redaction-subject.ts'
export {
  type Access,
  type AccessRow,
  type ExpectedResponse,
  type RequestRow,
  type ResponseTable,
  responseTable,
  type StateRow,
  type TokensSetting,
  type ViewPath,
  type WatchmanState,
} from './response-table.ts'
export { type SecretText, secretTexts } from './secret-texts.ts'
