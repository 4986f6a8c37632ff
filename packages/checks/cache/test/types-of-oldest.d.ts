// The oldest versions of these come without types of their own.
declare module 'memjs-oldest' {
  export * from 'memjs'
}
declare module 'keyv-oldest' {
  import { EventEmitter } from 'node:events'
  export default class Keyv extends EventEmitter {
    constructor(options?: { readonly store?: object; readonly namespace?: string })
    get(key: string): Promise<unknown>
    set(key: string, value: unknown, ttl?: number): Promise<true>
    delete(key: string): Promise<boolean>
  }
}
