export type { HttpResponse } from './exchange.ts'
export { type HttpOptions, httpProbe } from './http.ts'
export { services } from './services.ts'
