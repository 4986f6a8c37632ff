export {
  nestRequest,
  type ShutdownOptions,
  WATCHMAN,
  type WatchmanModuleAsyncOptions,
  type WatchmanModuleOptions,
} from './options.ts'
export { WatchmanModule } from './watchman-module.ts'
