export {
  nestRequest,
  WATCHMAN,
  type WatchmanModuleAsyncOptions,
  type WatchmanModuleOptions,
} from './options.ts'
export { WatchmanModule } from './watchman-module.ts'
