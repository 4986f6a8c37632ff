export { createWatchman } from './create-watchman.ts'
export { type CheckOptions, defineCheck } from './define-check.ts'
export { defineProbeCheck } from './define-probe-check.ts'
export { isWatchmanError, WatchmanError, type WatchmanErrorCode } from './options/watchman-error.ts'
export type {
  Awaitable,
  Check,
  CheckContext,
  CheckFunction,
  Dict,
  FunctionCheck,
  Probe,
  ProbeCheck,
  Target,
} from './types/check.ts'
export type {
  Group,
  Host,
  ListenerOptions,
  Plugin,
  ResultListener,
  RunWrapper,
  Selection,
  ViewContext,
  ViewFunction,
  ViewOptions,
} from './types/plugin.ts'
export type { Policy } from './types/policy.ts'
export type { Report, State, TargetResult } from './types/report.ts'
export type { LogFields, Logger, Watchman, WatchmanOptions } from './types/watchman.ts'
