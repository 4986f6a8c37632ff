export { type HttpOptions, http } from './http.ts'
export { services } from './services.ts'
