export { bundleWorker } from './bundle-worker.ts'
export { type Runtime, runtimes } from './runtimes.ts'
export { type RunningServer, startRuntime } from './start-runtime.ts'
